import { expect, test } from "vitest";
import { marksOf } from "./chronology";
import type { Saisine } from "./queries";

const reason = (key: string, value: string) => ({ key, value, because: "", source: "" });
const saisine = {
  closed_at: null,
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

test("a day that is past is no longer to do; an acknowledgement that never left is late", () => {
  expect(looks("2026-05-03").map(([, look]) => look)).toEqual(["done", "late", "done"]);
});

test("an acknowledgement is late neither once it left nor once the request is decided", () => {
  const lookOf = (more: object) =>
    marksOf({ ...saisine, ...more }, "2026-05-03", "Europe/Paris", "fr").find(
      (mark) => mark.key === "aee_due_date",
    )?.look;
  const left = { type: "ack_sent", at: "2026-03-02T09:00:00Z", payload: { kind: "AEE" }, annulled_by: null };
  expect(lookOf({ events: [left] })).toBe("done");
  expect(lookOf({ events: [{ ...left, annulled_by: "evt_2" }] })).toBe("late");
  expect(lookOf({ closed_at: "2026-04-01T09:00:00Z" })).toBe("done");
});
