import { expect, test } from "vitest";
import { answersAt, narrowedBy } from "./queries";

test("a list is read from its address as it was written there", () => {
  const wanted = { grade: "mixed", from: "2026-03-02", to: "2026-03-09", team_id: "tea_1" } as const;
  const [, query] = answersAt(wanted).split("?");
  expect(narrowedBy(new URLSearchParams(query))).toEqual(wanted);
});

test("what an address says wrongly narrows nothing", () => {
  expect(narrowedBy(new URLSearchParams("degre=cinq&du=hier&au="))).toEqual({});
});
