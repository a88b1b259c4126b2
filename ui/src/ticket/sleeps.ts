import { civilDay } from "../text/dates";
import { instantIn } from "../text/instants";

export type Sleep = "tomorrow" | "monday" | "week" | "month" | "date" | "answer";

export const SLEEPS: readonly Sleep[] = ["tomorrow", "monday", "week", "month", "date", "answer"];
const OPENS = "08:00";

/** The day a choice leads to, in the zone of the administration; `null` for what is no day of its own. */
export function dayOf(sleep: Sleep, now: Date, zone: string): string | null {
  const today = civilDay(now, zone);
  const noon = new Date(`${today}T12:00:00Z`);
  const weekday = noon.getUTCDay() || 7;
  const days: Readonly<Record<Sleep, number | null>> = {
    tomorrow: 1,
    monday: 8 - weekday,
    week: 7,
    month: 30,
    date: null,
    answer: null,
  };
  const ahead = days[sleep];
  return ahead === null ? null : new Date(noon.getTime() + ahead * 86_400_000).toISOString().slice(0, 10);
}

/** The instant a choice leads to: eight in the morning there. */
export function instantOf(sleep: Sleep, now: Date, zone: string): string | null {
  const day = dayOf(sleep, now, zone);
  return day && morningOf(day, zone);
}

/** Eight in the morning of a day there; `null` for what is no day. */
export const morningOf = (day: string, zone: string): string | null => instantIn(zone, `${day}T${OPENS}`);
