import { useQuery } from "@tanstack/react-query";
import { useZone } from "../api/house";
import { useWords } from "../i18n";
import { Trouble } from "../parts/Trouble";
import { moment } from "../text/dates";
import { lettersQuery } from "./queries";
import { useLetterWords } from "./words";

/** The letters of a saisine that left, each with the very page that did. */
export function SentLetters({ saisineId }: { saisineId: string }) {
  const { language } = useWords();
  const say = useLetterWords();
  const zone = useZone();
  const letters = useQuery(lettersQuery(saisineId));
  if (letters.error) return <Trouble error={letters.error} plain retry={() => void letters.refetch()} />;
  if (!letters.data?.length) return null;
  return (
    <details>
      <summary>{say("letter.gone", { n: letters.data.length })}</summary>
      <ul className="bare stack-2">
        {letters.data.map((letter) => (
          <li key={letter.id} className="small">
            <a href={`/api/v1/letters/${letter.id}/pdf`} target="_blank" rel="noreferrer">
              <span lang="fr">{letter.title}</span>, {say("letter.gone.page")}
            </a>{" "}
            <span className="muted">
              {moment(letter.composed_at, language, zone)}, {say(`letter.gone.way.${letter.way}`)}
            </span>
            {letter.way === "post" && (
              <>
                {" "}
                <a href={`/courriers/${letter.id}/remise`} target="_blank" rel="noreferrer">
                  {say("letter.gone.receipt")}
                </a>
              </>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}
