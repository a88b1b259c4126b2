import { Link } from "react-router";
import { causesOf } from "./acts";
import { useBulkWords } from "./words";

const NAMED = 5;

/** Why requests refuse an act, in the words of the server, with the numbers of some. */
export function Causes({ refusals }: { refusals: Parameters<typeof causesOf>[0] }) {
  const say = useBulkWords();
  return (
    <ul className="causes small">
      {causesOf(refusals).map(({ why, references, unseen }) => (
        <li key={why}>
          <b>{references.length + unseen}</b> : {why}{" "}
          {references.slice(0, NAMED).map((reference) => (
            <Link key={reference} className="ref" to={`/dossiers/${reference}`}>
              {reference}
            </Link>
          ))}
          {references.length > NAMED && <span> {say("others", { n: references.length - NAMED })}</span>}
          {unseen > 0 && <span className="muted"> ({say("unseen")})</span>}
        </li>
      ))}
    </ul>
  );
}
