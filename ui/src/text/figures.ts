import type { Language, Say } from "../i18n";

/** « 25 min », « 4 h 10 », « 3 jours »: how long something took, as people say it. */
export function sayDuration(seconds: number, t: Say): string {
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return t("duration.minutes", { n: minutes });
  if (minutes < 48 * 60)
    return t("duration.hours", { h: Math.floor(minutes / 60), m: String(minutes % 60).padStart(2, "0") });
  return t("duration.days", { n: Math.round(minutes / (24 * 60)) });
}

/** « 97,8 % »; of nothing there is no share. A share of nearly all is never said to be all. */
export function share(part: number, whole: number, language: Language): string | null {
  if (whole === 0) return null;
  const shown = part === whole ? 1 : Math.min(part / whole, 0.999);
  return new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 }).format(shown);
}

export const whole = (number: number, language: Language): string =>
  new Intl.NumberFormat(language).format(number);
