import { expect, test } from "vitest";
import { marksOf } from "./chronology";
import type { Saisine } from "./queries";

const reason = (key: string, value: string) => ({ key, value, because: "", source: "" });
const saisine = {
  events: [],
  reasons: [
    reason("reception_date", "2026-03-02"),
    reason("aee_due_date", "2026-03-02"),
    reason("term_date", "2026-05-02"),
  ],
} as unknown as Saisine;
const looks = (today: string) =>
  marksOf(saisine, today, "Europe/Paris", "fr").map(({ key, look }) => [key, look]);

test("what was received today has happened; what is due today is still to do", () => {
  expect(looks("2026-03-02")).toEqual([
    ["reception_date", "done"],
    ["aee_due_date", "todo"],
    ["term_date", "todo"],
  ]);
});

test("a day that is past is no longer to do", () => {
  expect(looks("2026-05-03").map(([, look]) => look)).toEqual(["done", "done", "done"]);
});
