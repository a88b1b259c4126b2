import { describe, expect, it } from "vitest";
import { isAnswer } from "./client";
import { doneBefore, Problem } from "./problem";

describe("a refusal", () => {
  it.each([
    [0, "unreachable", false],
    [503, "unavailable", false],
    [409, "in-progress", false],
    [409, "newer-message", true],
    [422, "idempotency-key-reused", true],
  ])("%i %s ends the act's name: %s", (status, code, ends) => {
    expect(isAnswer(new Problem(status, { code }))).toBe(ends);
  });

  it("of other words under the name of an act says that the act was done", () => {
    expect(doneBefore(new Problem(422, { code: "idempotency-key-reused" }))).toBe(true);
    expect(doneBefore(new Problem(422, { code: "invalid" }))).toBe(false);
  });
});
