import { expect, test } from "vitest";
import type { Form, Missing } from "./queries";
import { askedOf, begun, fieldOf, isTyped } from "./typed";

const field = (name: string, how: Form["fields"][number]["how"]) => ({
  name,
  how,
  label: name,
  hint: "",
  folded: false,
  max_length: null,
  max_items: null,
  choices: [],
});
const FORM: Form = {
  kind: "pieces",
  title: "Demande de pièces manquantes",
  stands: true,
  because: null,
  source: null,
  due_on: null,
  fields: [field("pieces", "lines"), field("deadline_on", "day"), field("note", "text")],
  ways: [],
};
const missing = (where: string): Missing => ({ mention: "m", name: "n", article: "a", because: "b", where });

test("a letter takes what its kind asks, a piece a line, nothing that is empty", () => {
  const typed = { pieces: " Plan \n\n Photo", deadline_on: "2026-04-01", note: "  ", reasons: "Largeur." };
  expect(askedOf(FORM, typed)).toEqual({
    kind: "pieces",
    fields: { pieces: ["Plan", "Photo"], deadline_on: "2026-04-01" },
  });
});

test("spaces alone are nothing to lose", () => {
  expect(isTyped({ note: " \n" })).toBe(false);
  expect(isTyped({ note: "Un mot" })).toBe(true);
});

test("a mention is given in a field, or elsewhere", () => {
  expect(fieldOf(missing("/fields/deadline_on"))).toBe("deadline_on");
  expect(fieldOf(missing("papier à en-tête"))).toBeNull();
  expect(begun("écrivez les motifs")).toBe("Écrivez les motifs");
});
