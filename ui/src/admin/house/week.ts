import type { Schemas } from "../../api/client";

export type Opening = Schemas["OpeningLine"];

const SPAN = /^\s*(\d{1,2})[:h](\d{2})?\s*[-–]\s*(\d{1,2})[:h](\d{2})?\s*$/;

const written = (hours: string, minutes: string | undefined): string | null => {
  const [hour, minute] = [Number(hours), Number(minutes ?? "0")];
  if (hour > 24 || minute > 59) return null;
  return `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
};

/** What is typed of each day of the week, Monday first: « 08:30-12:00, 13:30-17:00 ». */
export const daysOf = (week: readonly Opening[]): readonly string[] =>
  [1, 2, 3, 4, 5, 6, 7].map((day) =>
    week
      .filter((one) => one.weekday === day)
      .map((one) => `${one.opens}-${one.closes}`)
      .join(", "),
  );

/** The openings of what was typed; the days nobody could read are named, by their place from Monday. */
export function weekOf(days: readonly string[]): { week: readonly Opening[]; unread: readonly number[] } {
  const week: Opening[] = [];
  const unread: number[] = [];
  days.forEach((typed, place) => {
    for (const span of typed.split(",").filter((one) => one.trim())) {
      const [, from = "", fromMinutes, until = "", untilMinutes] = SPAN.exec(span) ?? [];
      const opens = from && written(from, fromMinutes);
      const closes = until && written(until, untilMinutes);
      if (opens && closes) week.push({ weekday: place + 1, opens, closes });
      else if (!unread.includes(place)) unread.push(place);
    }
  });
  return { week, unread };
}

export const linesOf = (words: string): string[] =>
  words
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
