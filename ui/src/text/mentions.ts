/** A colleague as a note may name them. */
export interface Named {
  id: string;
  name: string;
}

const SIGN = "@";
const TOKEN = /@\[(usr_[0-9a-z]{1,40})\]/g;

/** Whether what was just typed begins to name somebody: `@` at the beginning of a word, the caret after it. */
export const isNaming = (text: string, caret: number): boolean =>
  text.charAt(caret - 1) === SIGN && !/[\p{L}\p{N}.]/u.test(text.charAt(caret - 2));

/** What is written in a note to name somebody: their name, or what the API reads where two bear it. */
export function wordFor(one: Named, all: readonly Named[]): string {
  const alone = all.filter((other) => other.name === one.name).length === 1;
  return alone ? `${SIGN}${one.name}` : `${SIGN}[${one.id}]`;
}

/** A note as the API reads it: each `@name` that one colleague alone bears becomes `@[usr_…]`. */
export function forApi(text: string, all: readonly Named[]): string {
  const ids = new Map<string, string | null>();
  for (const { id, name } of all) if (name) ids.set(name, ids.has(name) ? null : id);
  // The longest first: « Anne Exemple-Petit » is not « Anne Exemple ».
  const names = [...ids.keys()].sort((a, b) => b.length - a.length);
  let words = "";
  for (let at = 0; at < text.length; ) {
    const name = isNaming(text, at + 1)
      ? names.find((one) => text.startsWith(one, at + 1) && !goesOn(text, at + 1 + one.length))
      : undefined;
    const id = name ? ids.get(name) : undefined;
    words += id ? `${SIGN}[${id}]` : text.charAt(at);
    at += name && id ? name.length + 1 : 1;
  }
  return words;
}

const goesOn = (text: string, at: number): boolean => /^(\p{L}|\p{N}|-\p{L})/u.test(text.slice(at));

/** Who a note names, in their order and once each. */
export function namedIn(text: string, all: readonly Named[]): readonly Named[] {
  const found = new Set([...forApi(text, all).matchAll(TOKEN)].map((one) => one[1]));
  return [...found].flatMap((id) => all.find((one) => one.id === id) ?? []);
}

/** A note cut where it names somebody: words as they are, and who is named. */
export function cut(text: string): readonly { words: string; id: string | null }[] {
  return text.split(TOKEN).map((words, at) => (at % 2 ? { words, id: words } : { words, id: null }));
}
