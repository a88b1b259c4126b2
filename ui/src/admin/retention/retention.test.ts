import { expect, test } from "vitest";
import { monthsOf, paperOf } from "./queries";

test("months are whole, and a century of them at most", () => {
  expect([monthsOf("0"), monthsOf(" 12 "), monthsOf("1200")]).toEqual([0, 12, 1200]);
  expect([monthsOf(""), monthsOf("1,5"), monthsOf("-1"), monthsOf("1201"), monthsOf("un an")]).toEqual([
    null,
    null,
    null,
    null,
    null,
  ]);
});

test("the paper of a list is asked in its form", () => {
  expect(paperOf({ id: "elm_1" }, "csv")).toBe("/api/v1/elimination-lists/elm_1/document?format=csv");
});
