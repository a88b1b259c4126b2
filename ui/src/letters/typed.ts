import type { Asked, Form, Missing } from "./queries";

/** What was typed, by the name of its field: kept when the kind of letter changes. */
export type Typed = Readonly<Record<string, string>>;

/** The question of a letter: of what was typed, only what its kind takes. */
export function askedOf(form: Form, typed: Typed): Asked {
  const fields: Record<string, unknown> = {};
  for (const { name, how } of form.fields) {
    const text = (typed[name] ?? "").trim();
    if (!text) continue;
    fields[name] =
      how === "lines"
        ? text
            .split("\n")
            .map((line) => line.trim())
            .filter(Boolean)
        : text;
  }
  return { kind: form.kind, fields: fields as NonNullable<Asked["fields"]> };
}

/** Whether anything was typed that would be lost. */
export const isTyped = (typed: Typed): boolean => Object.values(typed).some((text) => text.trim() !== "");

/** The field a mention is given in; `null` when it is given on a page of the administration. */
export const fieldOf = (missing: Missing): string | null =>
  missing.where.startsWith("/fields/") ? missing.where.slice("/fields/".length) : null;

/** The name a sentence begins with: French names of mentions are written in lower case. */
export const begun = (words: string): string => words.slice(0, 1).toLocaleUpperCase("fr") + words.slice(1);
