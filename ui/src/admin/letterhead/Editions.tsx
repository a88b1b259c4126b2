import { useInfiniteQuery } from "@tanstack/react-query";
import { useNames, useZone } from "../../api/house";
import { useWords } from "../../i18n";
import { moment } from "../../text/dates";
import { actorWords } from "../journal/words";
import { Listed } from "../parts/Listed";
import { type SayAdmin, sayCode, useAdmin } from "../words";
import { type Edition, editionsQuery, type Wording, wordingOf } from "./queries";

/** Every edition, the last first: when, by whom, what it changed. The words of a former one go back into the form. */
export function Editions({ reuse }: { reuse: ((words: Wording) => void) | null }) {
  const say = useAdmin();
  const asked = useInfiniteQuery(editionsQuery);
  return (
    <section className="stack">
      <h2>{say("paper.editions")}</h2>
      <Listed asked={asked} empty={say("paper.editions.none")} advice={say("paper.editions.none.advice")}>
        {(editions) => (
          <ol className="lines">
            {editions.map((one, place) => (
              <Line key={one.id} edition={one} inForce={place === 0} reuse={reuse} />
            ))}
          </ol>
        )}
      </Listed>
    </section>
  );
}

function Line({
  edition,
  inForce,
  reuse,
}: {
  edition: Edition;
  inForce: boolean;
  reuse: ((words: Wording) => void) | null;
}) {
  const say = useAdmin();
  const { language } = useWords();
  const zone = useZone();
  const names = useNames();
  const at = moment(edition.created_at, language, zone);
  return (
    <li data-edition={edition.id}>
      <b>{at}</b>{" "}
      <span className="small muted">
        {actorWords(say, edition.created_by, names)}
        {inForce && ` · ${say("paper.editions.in_force")}`}
      </span>
      <p>{changeWords(say, language, edition.changed)}</p>
      {reuse && !inForce && (
        <p>
          <button
            className="btn"
            type="button"
            aria-label={say("paper.editions.reuse.of", { at })}
            onClick={() => reuse(wordingOf(edition))}
          >
            {say("paper.editions.reuse")}
          </button>
        </p>
      )}
    </li>
  );
}

/** Names what an edition changed, by the labels of the form; a field newer than we are keeps its own name. */
export function changeWords(say: SayAdmin, language: string, changed: readonly string[] | null): string {
  if (changed === null) return say("paper.editions.first");
  if (changed.length === 0) return say("paper.editions.same");
  const named = changed.map((name) => sayCode(say, "paper", name === "logo_sha256" ? "logo" : name));
  return say("paper.editions.changed", { what: new Intl.ListFormat(language).format(named) });
}
