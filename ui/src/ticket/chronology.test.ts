import { expect, test } from "vitest";
import { marksOf } from "./chronology";
import type { Saisine } from "./queries";

const reason = (key: string, value: string) => ({ key, value, because: "", source: "" });
const saisine = {
  events: [],
  acknowledgements: [{ kind: "AEE", due_on: "2026-03-02", standing: "owed", because: null }],
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

test("a day that is past is no longer to do; an acknowledgement that never left is late", () => {
  expect(looks("2026-05-03").map(([, look]) => look)).toEqual(["done", "late", "done"]);
});

test("an acknowledgement is late only while the server says that it is owed", () => {
  const lookOf = (standing: string, because: string | null = null) =>
    marksOf(
      { ...saisine, acknowledgements: [{ kind: "AEE", due_on: "2026-03-02", standing, because }] } as Saisine,
      "2026-05-03",
      "Europe/Paris",
      "fr",
    ).find((mark) => mark.key === "aee_due_date");
  expect(lookOf("owed")?.look).toBe("late");
  expect(["done", "waived", "over"].map((one) => lookOf(one)?.look)).toEqual(["done", "done", "done"]);
  expect(lookOf("waived", "repris d’un autre outil")?.remarks).toEqual([
    { because: "repris d’un autre outil", source: "" },
  ]);
});
