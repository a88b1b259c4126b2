import { useWords } from "../../i18n";
import { longDay } from "../../text/dates";
import { shown } from "../../text/unseen";
import { sayCode, useAdmin } from "../words";
import type { InFull } from "./queries";
import { fieldName } from "./words";

/** Who decides of it, how it is asked, with what pieces, and by which act of ours it is what it is. */
export function About({ procedure }: { procedure: InFull }) {
  const say = useAdmin();
  const { language } = useWords();
  const { deliberation, override } = procedure;
  return (
    <section className="stack">
      <h2>{say("procedure.about")}</h2>
      <dl className="dl">
        <dt>{say("procedure.competent")}</dt>
        <dd>
          {procedure.authority
            ? shown(procedure.authority)
            : procedure.kinds.map((one) => sayCode(say, "kind", one)).join(", ")}
        </dd>
        <dt>{say("procedure.field.domain")}</dt>
        <dd>{shown(procedure.domain)}</dd>
        <dt>{say("procedure.sve")}</dt>
        <dd>
          {say(
            procedure.sve_excluded === null
              ? "procedure.sve.unknown"
              : procedure.sve_excluded
                ? "procedure.sve.excluded"
                : "procedure.sve.open",
          )}
        </dd>
        {procedure.teleservice && (
          <>
            <dt>{say("procedure.field.teleservice")}</dt>
            <dd>{shown(procedure.teleservice)}</dd>
          </>
        )}
        <dt>{say("procedure.field.pieces")}</dt>
        <dd>
          {procedure.pieces.length === 0 ? (
            <span className="muted">{say("procedure.pieces.none")}</span>
          ) : (
            <>
              <ul>
                {procedure.pieces.map((one) => (
                  <li key={one}>{shown(one)}</li>
                ))}
              </ul>
              {!procedure.pieces_read && <p className="small muted">{say("procedure.pieces.unread")}</p>}
            </>
          )}
        </dd>
        <dt>{say("procedure.field.keywords")}</dt>
        <dd>{procedure.keywords.map(shown).join(", ")}</dd>
        {deliberation && (
          <>
            <dt>{say("procedure.field.deliberation")}</dt>
            <dd>
              {say("procedure.act", {
                number: shown(deliberation.number),
                day: longDay(deliberation.taken_on, language),
                title: shown(deliberation.title),
              })}{" "}
              {deliberation.url && (
                <a href={deliberation.url} rel="noreferrer" target="_blank">
                  {say("procedure.read_there")}
                </a>
              )}
            </dd>
          </>
        )}
        {override && (
          <>
            <dt>{say("procedure.override")}</dt>
            <dd>
              {shown(override.why)}
              <p className="small muted">
                {say("procedure.override.changes", {
                  what: override.changes.map((one) => fieldName(say, one)).join(", "),
                })}
              </p>
            </dd>
          </>
        )}
      </dl>
    </section>
  );
}
