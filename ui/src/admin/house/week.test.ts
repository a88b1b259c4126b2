import { expect, test } from "vitest";
import { daysOf, weekOf } from "./week";

test("a week read and written again is the same week, and a day without hours is closed", () => {
  const week = [
    { weekday: 1, opens: "08:30", closes: "12:00" },
    { weekday: 1, opens: "13:30", closes: "17:00" },
    { weekday: 6, opens: "09:00", closes: "12:00" },
  ];
  const days = daysOf(week);
  expect(days[0]).toBe("08:30-12:00, 13:30-17:00");
  expect(days[1]).toBe("");
  expect(weekOf(days)).toEqual({ week, unread: [] });
});

test("hours are read as people write them, and what is none is named by its day", () => {
  expect(weekOf(["9h-12h30", "", "tous les matins", "25:00-26:00", "", "", ""])).toEqual({
    week: [{ weekday: 1, opens: "09:00", closes: "12:30" }],
    unread: [2, 3],
  });
});
