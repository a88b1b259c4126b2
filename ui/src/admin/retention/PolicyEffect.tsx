import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useWords } from "../../i18n";
import { Trouble } from "../../parts/Trouble";
import { useSettled } from "../../parts/useSettled";
import { shortDay } from "../../text/dates";
import { useAdmin } from "../words";
import { type Duration, foreseenQuery } from "./queries";

const PAUSE_MS = 400;

/** What a duration would do tonight, counted by the server as one types; null while it is no duration. */
export function PolicyEffect({ category, duration }: { category: string; duration: Duration | null }) {
  const say = useAdmin();
  const { language } = useWords();
  const typed = duration && JSON.stringify(duration);
  const settled = useSettled(typed ?? "", PAUSE_MS);
  const asked = useQuery({
    ...foreseenQuery(category, settled),
    enabled: settled !== "",
    placeholderData: keepPreviousData,
  });
  const found = asked.data;
  const known = typed !== null && settled === typed && found && !asked.isPlaceholderData;
  return (
    <section className="stack-2" aria-labelledby="effet">
      <h3 id="effet">{say("retention.foreseen")}</h3>
      <div className="foreseen" aria-live="polite">
        {typed === null ? (
          <p className="muted">{say("retention.foreseen.later")}</p>
        ) : asked.error && settled === typed ? (
          <Trouble error={asked.error} plain retry={() => void asked.refetch()} />
        ) : known ? (
          <>
            <p data-listed={found.listed}>
              <b>
                {say(found.complete ? "retention.foreseen.listed" : "retention.foreseen.at_least", {
                  n: found.listed,
                })}
              </b>
              {found.oldest && (
                <>
                  {" "}
                  {say("retention.foreseen.oldest", {
                    closed: shortDay(found.oldest.closed_on, language),
                    due: shortDay(found.oldest.due_on, language),
                  })}
                </>
              )}
            </p>
            <p className="small">{say("retention.foreseen.archived", { n: found.archived })}</p>
            {found.kept > 0 && <p className="small">{say("retention.foreseen.kept", { n: found.kept })}</p>}
          </>
        ) : (
          <p className="muted">{say("retention.foreseen.looking")}</p>
        )}
      </div>
    </section>
  );
}
