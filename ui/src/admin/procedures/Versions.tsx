import { useWords } from "../../i18n";
import { longDay } from "../../text/dates";
import { shown } from "../../text/unseen";
import { sayCode, useAdmin } from "../words";
import type { Procedure, Version } from "./queries";
import { daysOf, silenceOf } from "./words";

/** Each version with its days, its articles and the words that were read; then where they were read. */
export function Versions({
  versions,
  sources,
}: {
  versions: readonly Version[];
  sources: Procedure["sources"];
}) {
  const say = useAdmin();
  const { language } = useWords();
  return (
    <section className="stack">
      <h2>{say("procedure.versions")}</h2>
      <ol className="lines" data-versions>
        {versions.map((one) => (
          <OneVersion key={`${one.valid_from}${one.effect}`} version={one} />
        ))}
      </ol>
      <details>
        <summary>{say("procedure.sources", { n: sources.length })}</summary>
        <ul className="lines">
          {sources.map((one) => (
            <li key={one.code}>
              {one.url ? (
                <a href={one.url} rel="noreferrer" target="_blank">
                  {shown(one.title)}
                </a>
              ) : (
                shown(one.title)
              )}
              <p className="small muted">
                {sayCode(say, "procedure.source", one.kind)}
                {one.dated && ` · ${longDay(one.dated, language)}`}
              </p>
            </li>
          ))}
        </ul>
      </details>
    </section>
  );
}

function OneVersion({ version }: { version: Version }) {
  const say = useAdmin();
  const { t, language } = useWords();
  return (
    <li>
      <b>{silenceOf(version, { say, t })}</b>
      <p className="small muted">{daysOf(version, { say, language })}</p>
      {version.category && <p className="small">{sayCode(say, "procedure.category", version.category)}</p>}
      {version.family !== "CRPA" && (
        <p className="small">
          {say("procedure.family.led", { family: sayCode(say, "procedure.family", version.family) })}
        </p>
      )}
      {version.basis.length > 0 && (
        <p className="small">
          <cite className="law">{version.basis.map(shown).join(" ; ")}</cite>
        </p>
      )}
      {version.notes && <p className="small">{say("procedure.exception", { what: shown(version.notes) })}</p>}
      {version.texts.length > 0 && (
        <details>
          <summary>{say("procedure.texts", { n: version.texts.length })}</summary>
          {version.texts.map((one) => (
            <blockquote key={`${one.article}${one.words}`} className="small">
              « {shown(one.words)} » <cite className="law">{one.article}</cite>
            </blockquote>
          ))}
        </details>
      )}
    </li>
  );
}
