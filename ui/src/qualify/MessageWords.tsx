import { Fragment } from "react";
import { shown } from "../text/unseen";

const MOST = 1_200;

/** What the citizen wrote, the words that led to the proposals marked. */
export function MessageWords({ text, found }: { text: string; found: readonly string[] }) {
  const short = text.length > MOST ? `${text.slice(0, MOST)}…` : text;
  return <blockquote className="panel quote">{marked(shown(short.trim()), found)}</blockquote>;
}

function marked(text: string, found: readonly string[]) {
  const words = [...new Set(found)].filter((word) => word.length > 1);
  if (words.length === 0) return text;
  const escaped = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const parts = text.split(new RegExp(`(?<![\\p{L}\\p{N}])(${escaped.join("|")})(?![\\p{L}\\p{N}])`, "giu"));
  return parts.map((part, at) => {
    const key = `${at} ${part}`;
    return at % 2 ? <mark key={key}>{part}</mark> : <Fragment key={key}>{part}</Fragment>;
  });
}
