/** One piece of a text, and where it begins. */
export interface Piece {
  at: number;
  words: string;
  marked: boolean;
}

const folded = (word: string): string => word.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** The words of the server's answer, one by one: it folds accents and leaves small words out. */
export const foldedWords = (found: readonly string[]): ReadonlySet<string> =>
  new Set(found.flatMap((words) => folded(words).split(/[^\p{L}\p{N}]+/u)).filter((word) => word.length > 1));

/** Cuts a text at the words looked for, whatever their accents. */
export function markedPieces(text: string, words: ReadonlySet<string>): Piece[] {
  const pieces: Piece[] = [];
  let last = 0;
  for (const match of text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)) {
    if (!words.has(folded(match[0]))) continue;
    if (match.index > last) pieces.push({ at: last, words: text.slice(last, match.index), marked: false });
    last = match.index + match[0].length;
    pieces.push({ at: match.index, words: match[0], marked: true });
  }
  if (last < text.length) pieces.push({ at: last, words: text.slice(last), marked: false });
  return pieces;
}
