import type { Schemas } from "../api/client";
import { useZone } from "../api/house";
import { type Key, type Say, useWords } from "../i18n";
import { civilDay, daysBetween, shortDay } from "../text/dates";
import type { Risk } from "./RiskBadge";

export type Dated = Pick<Schemas["TicketOut"], "risk" | "term_on" | "alert_on">;

/** « dans 3 jours », « hier ». */
export function fromToday(days: number, t: Say): string {
  if (days === 0) return t("term.today");
  if (days === 1) return t("term.tomorrow");
  if (days === -1) return t("term.yesterday");
  return days > 0 ? t("term.in", { n: days }) : t("term.ago", { n: -days });
}

/** What silence will do then, in two words. */
const MEANING: Readonly<Record<Risk, Key | null>> = {
  born: "term.born",
  critical: "term.grants",
  near: "term.grants",
  controlled: "term.grants",
  suspended: null,
  silence_rejects: "term.rejects",
  unqualified: "term.may_grant",
  none: null,
};

export interface SaidTerm {
  /** None where nothing runs. */
  day: string | null;
  first: string;
  /** What is left, alone: a badge beside it says the rest. */
  left: string;
  second: string;
  heat: "" | "hot" | "soon";
}

/** Says a term of the API in words: the earliest defensible day leads, it is the one to fear. */
export function sayTerm(of: Dated, today: string, t: Say, language: "fr" | "en"): SaidTerm {
  if (of.risk === "suspended") return still(of.alert_on, t("term.stopped"), t("term.pieces"));
  const day = of.risk === "born" ? (of.term_on ?? of.alert_on) : of.alert_on;
  if (of.risk === "none" || !day) return still(null, t("term.none"), t("term.nothing"));
  const days = daysBetween(today, day);
  const left = fromToday(days, t);
  const heat = days <= 3 ? "hot" : days <= 15 ? "soon" : "";
  const meaning = MEANING[of.risk];
  return {
    day,
    first: t("term.midnight", { day: shortDay(day, language) }),
    left,
    second: [left, meaning && t(meaning)].filter(Boolean).join(", "),
    heat: of.risk === "silence_rejects" ? "" : of.risk === "born" ? "hot" : heat,
  };
}

const still = (day: string | null, first: string, second: string): SaidTerm => ({
  day,
  first,
  left: second,
  second,
  heat: "",
});

export function useTerm(of: Dated): SaidTerm {
  const { t, language } = useWords();
  return sayTerm(of, civilDay(new Date(), useZone()), t, language);
}

/** The last day before silence decides, whole, then what is left of it. */
export function Term({ of }: { of: Dated }) {
  const { day, first, left, heat } = useTerm(of);
  return (
    <span className="term">
      {day ? <time dateTime={day}>{first}</time> : first}
      <span className="sep"> · </span>
      <span className={`rel ${heat}`}>{left}</span>
    </span>
  );
}
