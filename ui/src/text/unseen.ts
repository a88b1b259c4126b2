// Control and format characters, which may imitate somebody's name or turn a line around.
const HIDDEN = /[\p{Cc}\p{Cf}\p{Co}]/gu;

/** Writes a name or a subject with its invisible characters made visible, as the server's pages do. */
export function shown(words: string | null | undefined): string {
  return (words ?? "").replace(HIDDEN, (character) =>
    character === "\n" || character === "\t"
      ? character
      : `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}⟩`,
  );
}
