import { describe, expect, it } from "vitest";
import { clockIn, instantIn } from "./instants";

describe("an hour typed by an agent is an hour of the administration", () => {
  it.each([
    ["Europe/Paris", "2026-03-09T08:00", "2026-03-09T07:00:00.000Z"],
    ["Europe/Paris", "2026-07-09T08:00", "2026-07-09T06:00:00.000Z"],
    ["Europe/Paris", "2026-03-29T08:00", "2026-03-29T06:00:00.000Z"], // the day the hour changes
    ["Europe/Paris", "2026-03-29T01:30", "2026-03-29T00:30:00.000Z"],
    ["Indian/Reunion", "2026-03-09T08:00", "2026-03-09T04:00:00.000Z"],
    ["Pacific/Noumea", "2026-03-09T08:00", "2026-03-08T21:00:00.000Z"],
  ])("in %s, %s is %s", (zone, typed, at) => {
    expect(instantIn(zone, typed)).toBe(at);
    expect(clockIn(zone, new Date(at))).toBe(typed);
  });

  it("what is no date is none", () => {
    expect(instantIn("Europe/Paris", "")).toBeNull();
    expect(instantIn("Europe/Paris", "2026-13-45T08:00")).toBeNull();
  });
});
