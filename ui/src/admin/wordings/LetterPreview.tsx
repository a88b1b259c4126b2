import { useEffect, useRef } from "react";
import type { Schemas } from "../../api/client";
import { shown } from "../../text/unseen";
import { useAdmin } from "../words";

/** The letter a fictional request would get; the administration's words are set apart from what the law prescribes. */
export function LetterPreview({ letter }: { letter: Schemas["WordingPreviewOut"] }) {
  const say = useAdmin();
  const whole = useRef<HTMLElement>(null);
  // It opens below a long form: whoever asked for it sees it.
  useEffect(() => {
    whole.current?.scrollIntoView({ block: "start" });
  }, []);
  return (
    <figure ref={whole} className="paper">
      <figcaption className="muted small">{say("wordings.preview.about")}</figcaption>
      <div className="paper-sheet" lang="fr">
        <h3 className="h3">{letter.title}</h3>
        {letter.parts.map((one, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: paragraphs have no name, and their order is theirs
          <p key={at} className={one.own ? "pre own-words" : "pre"} data-own={one.own}>
            {one.own && <span className="vh">{say("wordings.preview.own")} </span>}
            {shown(one.text)}
          </p>
        ))}
      </div>
    </figure>
  );
}
