import { useQuery } from "@tanstack/react-query";
import { useWords } from "../i18n";
import { Icon } from "../parts/Icon";
import { Trouble } from "../parts/Trouble";
import { AsItIs, AsItWouldBe } from "../qualify/Effect";
import type { Saisine } from "../ticket/queries";
import { foreseenEventQuery, type LegalEvent } from "./queries";

const NOTHING: LegalEvent = { type: "" };

/** What an event would change, before it is recorded, and what the law says of it: all of it is read by the server. */
export function EventEffect({ saisine, event }: { saisine: Saisine; event: LegalEvent | null }) {
  const { t } = useWords();
  const foreseen = useQuery({ ...foreseenEventQuery(saisine, event ?? NOTHING), enabled: event !== null });
  return (
    <div className="stack" aria-live="polite" aria-busy={foreseen.isFetching}>
      <h3>{t("qualify.effect")}</h3>
      {event === null ? (
        <>
          <AsItIs saisine={saisine} />
          <p className="muted small">{t("legal.effect.later")}</p>
        </>
      ) : foreseen.error ? (
        <Trouble error={foreseen.error} plain />
      ) : foreseen.data ? (
        <>
          <AsItWouldBe foreseen={foreseen.data} />
          {foreseen.data.after.closed_at && !saisine.closed_at && <p>{t("legal.effect.ends")}</p>}
          {foreseen.data.marks.map((mark) => (
            <div className="notice warn" key={mark.code}>
              <Icon name="warn" />
              <p>
                {mark.because} <cite className="law">{mark.source}</cite>
              </p>
            </div>
          ))}
        </>
      ) : (
        <p className="muted">{t("legal.loading")}</p>
      )}
    </div>
  );
}
