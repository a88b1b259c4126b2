import { describe, expect, it } from "vitest";
import { dayOf, instantOf } from "./sleeps";

describe("until when a request sleeps", () => {
  const sunday_night = new Date("2026-03-01T22:30:00Z"); // 2.30 on Monday in the Réunion

  it.each([
    ["tomorrow", "Europe/Paris", "2026-03-02"],
    ["monday", "Europe/Paris", "2026-03-02"],
    ["monday", "Indian/Reunion", "2026-03-09"],
    ["week", "Europe/Paris", "2026-03-08"],
    ["month", "Europe/Paris", "2026-03-31"],
  ] as const)("%s in %s is %s", (sleep, zone, day) => {
    expect(dayOf(sleep, sunday_night, zone)).toBe(day);
  });

  it("is eight in the morning there, summer time too", () => {
    expect(instantOf("month", sunday_night, "Europe/Paris")).toBe("2026-03-31T06:00:00.000Z");
    expect(instantOf("answer", sunday_night, "Europe/Paris")).toBeNull();
  });
});
