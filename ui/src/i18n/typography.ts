const NARROW = "\u202f";
const WIDE = "\u00a0";

/** Makes the spaces of French right: no-break before « : », thin before « ; ! ? » % », inside « … » and after « n° ». */
export function french(words: string): string {
  return words
    .replace(/ :/g, `${WIDE}:`)
    .replace(/ ([;!?%])/g, `${NARROW}$1`)
    .replace(/« /g, `«${NARROW}`)
    .replace(/ »/g, `${NARROW}»`)
    .replace(/n° /g, `n°${WIDE}`);
}
