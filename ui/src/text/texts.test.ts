import { expect, test } from "vitest";
import { civilDay, dayAfter, daysBetween, hour, moment, recent, shortDay } from "./dates";
import { size } from "./sizes";
import { shown } from "./unseen";

const plain = (words: string) => words.replaceAll(/[\u00a0\u202f]/g, " ");

test("days are those of the administration, wherever the agent's machine stands", () => {
  const instant = new Date("2026-03-01T20:30:00Z");
  expect(civilDay(instant, "Indian/Reunion")).toBe("2026-03-02");
  expect(civilDay(instant, "America/Cayenne")).toBe("2026-03-01");
  expect(daysBetween("2026-03-28", "2026-03-30")).toBe(2); // over the change of hour
  expect(dayAfter("2026-02-27", 3)).toBe("2026-03-02");
});

test("dates and hours are written as people write them here", () => {
  expect(plain(shortDay("2026-10-01", "fr"))).toBe("jeu. 1er oct. 2026");
  expect(plain(moment("2026-03-02T08:05:00Z", "fr", "Europe/Paris"))).toBe("lun. 2 mars 2026, 9 h 05");
  expect(plain(hour("2026-03-02T00:00:00Z", "fr", "UTC"))).toBe("0 h 00");
  const now = new Date("2026-03-02T12:00:00Z");
  expect(recent("2026-03-01T12:00:00Z", "fr", "Europe/Paris", "hier", now)).toBe("hier");
  expect(plain(recent("2025-12-08T12:00:00Z", "fr", "Europe/Paris", "hier", now))).toBe("8 déc. 2025");
});

test("what is invisible in a name is shown, and no-break spaces of a size are kept", () => {
  expect(shown("facture\u202egpj.exe\u0000")).toBe("facture⟨U+202E⟩gpj.exe⟨U+0000⟩");
  expect(shown(null)).toBe("");
  expect(plain(size(2_100_000, "fr"))).toBe("2,1 Mo");
});
