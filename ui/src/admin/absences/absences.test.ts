import { expect, test } from "vitest";
import { standingOf } from "./queries";

test("an absence holds on both its ends, and one that was cancelled holds no more", () => {
  const days = { from_on: "2026-07-12", until_on: "2026-07-30", cancelled_at: null };
  expect(standingOf(days, "2026-07-11")).toBe("coming");
  expect(standingOf(days, "2026-07-12")).toBe("now");
  expect(standingOf(days, "2026-07-30")).toBe("now");
  expect(standingOf(days, "2026-07-31")).toBe("over");
  expect(standingOf({ ...days, cancelled_at: "2026-07-13T08:00:00Z" }, "2026-07-14")).toBe("cancelled");
});
