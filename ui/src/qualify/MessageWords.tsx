import { Fragment } from "react";
import { shown } from "../text/unseen";
import { foldedWords, markedPieces } from "./marking";

const MOST = 1_200;

/** What the citizen wrote, the words that led to the proposals marked. */
export function MessageWords({ text, found }: { text: string; found: readonly string[] }) {
  const short = text.length > MOST ? `${text.slice(0, MOST)}…` : text;
  const pieces = markedPieces(shown(short.trim()), foldedWords(found));
  return (
    <blockquote className="panel quote">
      {pieces.map(({ at, words, marked }) =>
        marked ? <mark key={at}>{words}</mark> : <Fragment key={at}>{words}</Fragment>,
      )}
    </blockquote>
  );
}
