import type { Key, Say } from "../i18n";

export const UNITS = ["M", "D", "W", "Y"] as const;
export type Unit = (typeof UNITS)[number];

export const unitKey = (unit: Unit): Key => `period.${unit}`;

/** Says a period of the API, « 2 mois »; one of several parts stays as it is written (ISO 8601). */
export function sayPeriod(period: string, t: Say): string {
  const [, number, unit] = /^P(\d+)([MDWY])$/.exec(period) ?? [];
  return number && unit ? t(`period.some.${unit as Unit}`, { n: Number(number) }) : period;
}

/** Writes a period as the API reads it; nothing is counted here. */
export const writtenPeriod = (number: string, unit: Unit): string | null =>
  /^[1-9]\d{0,3}$/.test(number.trim()) ? `P${number.trim()}${unit}` : null;
