import { useWords } from "../i18n";
import type { Ticket } from "../inbox/queries";
import { Icon } from "../parts/Icon";
import { useTerm } from "../parts/Term";

// Risks under which an answer that is no decision may mislead: silence goes on running.
export const GUARDED: readonly Ticket["risk"][] = ["born", "critical", "near", "controlled", "unqualified"];

/** An answer decides nothing: where silence may, this is said before it leaves. */
export function Guard({ ticket }: { ticket: Ticket }) {
  const { t } = useWords();
  const term = useTerm(ticket);
  return (
    <div className="guard">
      <h3>
        <Icon name="law" /> {t("compose.guard")}
      </h3>
      <p>
        {t("compose.guard.words")} {t("compose.guard.proof", { term: `${term.first} (${term.second})` })}
      </p>
    </div>
  );
}
