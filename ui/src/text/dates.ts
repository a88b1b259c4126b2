import type { Language } from "../i18n";

// Writing dates down, and counting days between two of them to say « dans 3 jours ». No legal date is made here: each one
// comes from the API with its reason.

const SHORT: Intl.DateTimeFormatOptions = {
  weekday: "short",
  day: "numeric",
  month: "short",
  year: "numeric",
};
const LONG: Intl.DateTimeFormatOptions = { weekday: "long", day: "numeric", month: "long", year: "numeric" };
const MINUTE: Intl.DateTimeFormatOptions = { hour: "numeric", minute: "2-digit" };
const WIDE = "\u00a0";

function noon(day: string): Date {
  return new Date(`${day}T12:00:00Z`);
}

function written(at: Date, language: Language, options: Intl.DateTimeFormatOptions): string {
  const words = new Intl.DateTimeFormat(language, options).format(at);
  return language === "fr" ? words.replace(/(^|\s)1 (?=\p{L})/u, "$11er ").replaceAll(" ", WIDE) : words;
}

/** « lun. 14 déc. 2026 » */
export function shortDay(day: string, language: Language): string {
  return written(noon(day), language, { ...SHORT, timeZone: "UTC" });
}

/** « lundi 14 décembre 2026 » */
export function longDay(day: string, language: Language): string {
  return written(noon(day), language, { ...LONG, timeZone: "UTC" });
}

/** « lun. 14 déc. 2026, 9 h 05 », in the zone of the administration. */
export function moment(at: string, language: Language, zone: string): string {
  const instant = new Date(at);
  return `${written(instant, language, { ...SHORT, timeZone: zone })}, ${hour(at, language, zone)}`;
}

/** « 9 h 05 » */
export function hour(at: string, language: Language, zone: string): string {
  const words = new Intl.DateTimeFormat(language, { ...MINUTE, timeZone: zone }).format(new Date(at));
  return language === "fr" ? words.replace(/^0(?=\d)/, "").replace(":", `${WIDE}h${WIDE}`) : words;
}

/** The civil day of an instant in a zone, as `2026-12-14`. */
export function civilDay(at: Date, zone: string): string {
  return new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" }).format(at);
}

/** How many days from one civil day to another. */
export function daysBetween(from: string, to: string): number {
  return Math.round((noon(to).getTime() - noon(from).getTime()) / 86_400_000);
}

/** The civil day some days after another. */
export function dayAfter(day: string, days: number): string {
  return new Date(noon(day).getTime() + days * 86_400_000).toISOString().slice(0, 10);
}

/** « 10 h 12 » today, « hier », else « 8 déc. » */
export function recent(at: string, language: Language, zone: string, yesterday: string, now: Date): string {
  const day = civilDay(new Date(at), zone);
  const ago = daysBetween(day, civilDay(now, zone));
  if (ago <= 0) return hour(at, language, zone);
  if (ago === 1) return yesterday;
  const sameYear = day.slice(0, 4) === civilDay(now, zone).slice(0, 4);
  return written(noon(day), language, {
    day: "numeric",
    month: "short",
    ...(sameYear ? {} : { year: "numeric" }),
    timeZone: "UTC",
  });
}
