import { expect, test } from "vitest";
import { dayAfter, mondayAfter } from "./mornings";

test("days are counted over the ends of months, and the Monday of a Monday is the next one", () => {
  expect(dayAfter("2026-02-28", 1)).toBe("2026-03-01");
  expect(mondayAfter("2026-03-08")).toBe("2026-03-09");
  expect(mondayAfter("2026-03-09")).toBe("2026-03-16");
  expect(mondayAfter("2026-03-11")).toBe("2026-03-16");
});
