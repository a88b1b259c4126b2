import { useQuery } from "@tanstack/react-query";
import { useZone } from "../../api/house";
import { useWords } from "../../i18n";
import { moment } from "../../text/dates";
import { shown } from "../../text/unseen";
import { Waiting } from "../parts/Waiting";
import { useAdmin } from "../words";
import { type Edition, editionsQuery } from "./queries";

/** What was written before, the last first: an edition is taken back into the fields, and is a new one once saved. */
export function Editions({ kind, onTake }: { kind: Edition["kind"]; onTake: (edition: Edition) => void }) {
  const say = useAdmin();
  const { language } = useWords();
  const zone = useZone();
  const asked = useQuery(editionsQuery(kind));
  return (
    <details>
      <summary>{say("wordings.editions")}</summary>
      <Waiting asked={asked}>
        {(editions) => (
          <ol className="rows" reversed>
            {editions.map((one) => (
              <li key={one.edition}>
                <span className="grow">
                  <b>
                    {say("wordings.edition", {
                      n: one.edition,
                      at: one.created_at ? moment(one.created_at, language, zone) : "",
                    })}
                  </b>
                  <span className="soft small clip">
                    {shown([one.opening, one.closing].filter(Boolean).join(" … ")) || say("wordings.empty")}
                  </span>
                </span>
                <button
                  className="btn quiet sm"
                  type="button"
                  aria-label={say("wordings.take_of", { n: one.edition })}
                  onClick={() => onTake(one)}
                >
                  {say("wordings.take")}
                </button>
              </li>
            ))}
          </ol>
        )}
      </Waiting>
    </details>
  );
}
