import type { Language } from "../i18n";
import { dayAfter } from "../text/dates";

// The days of a table, and the words of an address. What each day holds comes from the API.

const noon = (day: string): Date => new Date(`${day}T12:00:00Z`);
const written = (at: Date): string => at.toISOString().slice(0, 10);

/** The month an address names (`2026-12`), else the present one. */
export const monthOf = (word: string | null, today: string): string =>
  word && /^(19|20|21)\d\d-(0[1-9]|1[0-2])$/.test(word) ? word : today.slice(0, 7);

/** The day an address names; anything else names none. */
export function dayOf(word: string | null): string | null {
  if (!word || !/^(19|20|21)\d\d-\d\d-\d\d$/.test(word)) return null;
  const day = noon(word);
  return !Number.isNaN(day.getTime()) && written(day) === word ? word : null;
}

export function shiftMonth(month: string, by: number): string {
  const first = noon(`${month}-01`);
  first.setUTCMonth(first.getUTCMonth() + by);
  return written(first).slice(0, 7);
}

/** The days a table of weeks shows: from the Monday of the first week to the Sunday of the last. */
export function windowOf(month: string): { first: string; last: string } {
  const first = `${month}-01`;
  const end = dayAfter(`${shiftMonth(month, 1)}-01`, -1);
  const weekday = (day: string) => (noon(day).getUTCDay() + 6) % 7;
  return { first: dayAfter(first, -weekday(first)), last: dayAfter(end, 6 - weekday(end)) };
}

/** Cuts days into weeks. */
export function weeksOf<Day>(days: readonly Day[]): Day[][] {
  const weeks: Day[][] = [];
  for (let at = 0; at < days.length; at += 7) weeks.push(days.slice(at, at + 7));
  return weeks;
}

/** « Décembre 2026 » */
export function sayMonth(month: string, language: Language): string {
  const words = new Intl.DateTimeFormat(language, { month: "long", year: "numeric", timeZone: "UTC" }).format(
    noon(`${month}-01`),
  );
  return words.charAt(0).toLocaleUpperCase(language) + words.slice(1);
}

/** « lundi », « lun. » */
export const sayWeekday = (day: string, language: Language, length: "long" | "short"): string =>
  new Intl.DateTimeFormat(language, { weekday: length, timeZone: "UTC" }).format(noon(day));
