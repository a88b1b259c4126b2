import type { Schemas } from "../api/client";
import { useZone } from "../api/house";
import { type Say, useWords } from "../i18n";
import { civilDay, daysBetween, shortDay } from "../text/dates";
import type { Risk } from "./RiskBadge";

type Dated = Pick<Schemas["TicketOut"], "risk" | "term_on" | "alert_on">;

/** « dans 3 jours », « hier ». */
export function fromToday(days: number, t: Say): string {
  if (days === 0) return t("term.today");
  if (days === 1) return t("term.tomorrow");
  if (days === -1) return t("term.yesterday");
  return days > 0 ? t("term.in", { n: days }) : t("term.ago", { n: -days });
}

/** How loudly the days left are said; the risk is the API's word, this one only follows it. */
export function loudness(risk: Risk): "" | "hot" | "soon" {
  if (risk === "born" || risk === "critical" || risk === "unqualified") return "hot";
  return risk === "near" ? "soon" : "";
}

/** The last day before silence decides, whole, then what is left of it. */
export function Term({ of }: { of: Dated }) {
  const { t, language } = useWords();
  const today = civilDay(new Date(), useZone());
  const day = of.term_on ?? of.alert_on;
  if (!day) {
    return <span className="muted">{t(of.risk === "suspended" ? "term.stopped" : "term.none")}</span>;
  }
  const said = shortDay(day, language);
  return (
    <span className="term">
      <time dateTime={day}>
        {of.term_on ? t("term.midnight", { day: said }) : t("term.earliest", { day: said })}
      </time>
      <span className="sep"> · </span>
      <span className={`rel ${loudness(of.risk)}`}>{fromToday(daysBetween(today, day), t)}</span>
    </span>
  );
}
