import { expect, test } from "vitest";
import { type Bulk, causesOf, pace } from "./acts";

const bulk = (changes: Partial<Bulk>): Bulk => ({ state: "done", may_undo: false, ...changes }) as Bulk;

test("an act at work is followed closely, one that may be undone until it may not, another no more", () => {
  expect(pace([bulk({ may_undo: true }), bulk({ state: "undoing" })])).toBe(1_000);
  expect(pace([bulk({ may_undo: true })])).toBe(5_000);
  expect(pace([bulk({})])).toBe(false);
  expect(pace(undefined)).toBe(false);
});

test("refusals are told a reason each, the most frequent first, and an unseen request has no number", () => {
  const clock = "un délai légal court encore";
  const told = causesOf([
    { reference: null, code: "not-found", detail: "Introuvable" },
    { reference: "26-000001-A", code: "clock-running", detail: clock },
    { reference: "26-000002-B", code: "clock-running", detail: clock },
  ]);
  expect(told).toEqual([
    { why: clock, references: ["26-000001-A", "26-000002-B"], unseen: 0 },
    { why: "Introuvable", references: [], unseen: 1 },
  ]);
});
