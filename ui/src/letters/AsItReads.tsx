import type { ReactNode } from "react";
import type { Problem } from "../api/problem";
import { Icon } from "../parts/Icon";
import { Trouble } from "../parts/Trouble";
import { shown } from "../text/unseen";
import type { Missing, Preview } from "./queries";
import { begun, fieldOf } from "./typed";
import { useLetterWords } from "./words";

// The pages of the administration where a mention is given, by the name the API gives them.
const ELSEWHERE = {
  "papier à en-tête": { to: "/bureau/reglages/papier", words: "letter.at.letterhead" },
  administration: { to: "/bureau/reglages/administration", words: "letter.at.office" },
} as const;

/** The letter as it would leave, the mentions the law wants in it, and where to give those that lack. */
export function AsItReads({
  id,
  preview,
  reading,
  problem,
  labelOf,
  goTo,
  reread,
  children,
}: {
  id: string;
  preview: Preview | undefined;
  reading: boolean;
  problem: Problem | null;
  labelOf: (field: string) => string;
  goTo: (field: string) => void;
  reread: () => void;
  children: ReactNode;
}) {
  const say = useLetterWords();
  const lacks = preview?.missing ?? [];
  return (
    <section className="stack" id={id} tabIndex={-1} aria-label={say("letter.reads")}>
      <div className="row">
        <h3 className="grow">{say("letter.reads")}</h3>
        {children}
      </div>
      <p className="small">
        {/* Told when it changes, not at each pause of the hand. */}
        <span className={lacks.length > 0 ? "danger" : "soft"} role="status">
          {preview && (
            <>
              <Icon name={lacks.length > 0 ? "warn" : "check"} />{" "}
              {lacks.length > 0 ? say("letter.missing", { n: lacks.length }) : say("letter.ready")}
            </>
          )}
        </span>{" "}
        {reading && (
          <span className="muted" aria-hidden="true">
            {say("letter.reading")}
          </span>
        )}
      </p>
      {problem && <Trouble error={problem} plain {...(problem.status === 0 ? { retry: reread } : {})} />}
      {lacks.length > 0 && (
        <ul className="bare stack-2 small letter-lacks">
          {lacks.map((one) => (
            <li key={one.mention}>
              <span lang="fr">
                <b>{begun(one.name)}</b> <cite className="law">{one.article}</cite> {begun(one.because)}.
              </span>{" "}
              <Where missing={one} labelOf={labelOf} goTo={goTo} reread={reread} />
            </li>
          ))}
        </ul>
      )}
      {preview && (
        <>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard */}
          <div className="paper-sheet letter-text" role="region" aria-label={say("letter.text")} tabIndex={0}>
            <div className="words" lang="fr">
              {shown(preview.text)}
            </div>
          </div>
          <details>
            <summary className="small">{say("letter.short")}</summary>
            <p className="words small" lang="fr">
              {shown(preview.short_text)}
            </p>
          </details>
          {preview.mentions.length > 0 && (
            <details>
              <summary className="small">{say("letter.borne", { n: preview.mentions.length })}</summary>
              <ul className="small" lang="fr">
                {preview.mentions.map((one) => (
                  <li key={one.mention}>{begun(one.name)}</li>
                ))}
              </ul>
            </details>
          )}
        </>
      )}
    </section>
  );
}

function Where({
  missing,
  labelOf,
  goTo,
  reread,
}: {
  missing: Missing;
  labelOf: (field: string) => string;
  goTo: (field: string) => void;
  reread: () => void;
}) {
  const say = useLetterWords();
  const field = fieldOf(missing);
  if (field)
    return (
      <button className="btn sm" type="button" onClick={() => goTo(field)}>
        {say("letter.give", { what: labelOf(field) })}
      </button>
    );
  const page = ELSEWHERE[missing.where as keyof typeof ELSEWHERE];
  if (!page) return null;
  return (
    <>
      <a href={page.to} target="_blank" rel="noreferrer">
        {say(page.words)}
      </a>{" "}
      <button className="btn sm" type="button" onClick={reread}>
        {say("letter.reread")}
      </button>
    </>
  );
}
