import { expect, test } from "vitest";
import { dayOf, monthOf, sayMonth, shiftMonth, weeksOf, windowOf } from "./month";

test.each([
  ["2026-12", "2026-11-30", "2027-01-03"],
  ["2026-02", "2026-01-26", "2026-03-01"],
  ["2027-02", "2027-02-01", "2027-02-28"],
  ["2028-02", "2028-01-31", "2028-03-05"],
])("the table of %s begins on a Monday and ends on a Sunday", (month, first, last) => {
  expect(windowOf(month)).toEqual({ first, last });
});

test("a month that an address does not name is the present one", () => {
  for (const word of [null, "", "2026-13", "0001-01", "décembre"])
    expect(monthOf(word, "2026-12-11")).toBe("2026-12");
  expect(monthOf("2027-01", "2026-12-11")).toBe("2027-01");
  expect([shiftMonth("2026-12", 1), shiftMonth("2026-01", -1)]).toEqual(["2027-01", "2025-12"]);
});

test("a day that does not exist is no day", () => {
  expect(["2026-02-29", "2026-12-11", "11/12/2026", null].map(dayOf)).toEqual([
    null,
    "2026-12-11",
    null,
    null,
  ]);
});

test("days are cut into weeks, and a month has its capital", () => {
  expect(weeksOf([1, 2, 3, 4, 5, 6, 7, 8])).toEqual([[1, 2, 3, 4, 5, 6, 7], [8]]);
  expect(sayMonth("2026-12", "fr")).toBe("Décembre 2026");
});
