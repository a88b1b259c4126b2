import { useNames, useZone } from "../../api/house";
import { useWords } from "../../i18n";
import { longDay, moment } from "../../text/dates";
import { shown } from "../../text/unseen";
import { actorWords } from "../journal/words";
import { useAdmin } from "../words";
import type { InFull } from "./queries";
import { silenceOf } from "./words";

/** What we published of it, the last first, each with why; and what the national catalogue says beside ours. */
export function Editions({ procedure }: { procedure: InFull }) {
  const say = useAdmin();
  const { t, language } = useWords();
  const zone = useZone();
  const names = useNames();
  const { national } = procedure;
  const last = national?.versions.at(-1);
  return (
    <>
      {national && last && (
        <section className="stack">
          <h2>{say("procedure.national")}</h2>
          <p>
            {silenceOf(last, { say, t })}{" "}
            <cite className="law small">{last.basis.map(shown).join(" ; ")}</cite>
          </p>
        </section>
      )}
      {procedure.editions.length > 0 && (
        <section className="stack">
          <h2>{say("procedure.editions")}</h2>
          <ol className="lines" reversed>
            {procedure.editions.toReversed().map((one) => (
              <li key={one.edition} data-edition={one.edition}>
                <b>{say("procedure.edition", { n: one.edition })}</b>{" "}
                <span className="small muted">
                  {moment(one.published_at, language, zone)} · {actorWords(say, one.published_by, names)}
                </span>
                <p>{shown(one.note)}</p>
                {one.withdrawn_at && (
                  <p className="small">
                    {one.withdrawn_from
                      ? say("procedure.edition.until", { day: longDay(one.withdrawn_from, language) })
                      : say("procedure.edition.never")}{" "}
                    {shown(one.withdrawn_reason ?? "")}
                  </p>
                )}
              </li>
            ))}
          </ol>
        </section>
      )}
    </>
  );
}
