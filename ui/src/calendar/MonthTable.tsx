import { Link, useSearchParams } from "react-router";
import { useWords } from "../i18n";
import { RISK_LOOKS, RiskShape } from "../parts/RiskBadge";
import { longDay } from "../text/dates";
import { changed } from "./asked";
import { sayMonth, sayWeekday, weeksOf } from "./month";
import type { TermDay, TermDays } from "./queries";

/** A month as a table: each day says what the silence may decide at its end, and opens its list. */
export function MonthTable({
  month,
  told,
  chosen,
}: {
  month: string;
  told: TermDays;
  chosen: string | null;
}) {
  const { t, language } = useWords();
  const weeks = weeksOf(told.days);
  return (
    <table className="cal">
      <caption className="vh">{t("calendar.caption", { month: sayMonth(month, language) })}</caption>
      <thead>
        <tr>
          {weeks[0]?.map((day) => (
            <th key={day.on} scope="col">
              {sayWeekday(day.on, language, "long")}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {weeks.map((week) => (
          <tr key={week[0]?.on}>
            {week.map((day) => (
              <Day
                key={day.on}
                day={day}
                out={day.on.slice(0, 7) !== month}
                today={day.on === told.today_on}
                chosen={day.on === chosen}
              />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Day({ day, out, today, chosen }: { day: TermDay; out: boolean; today: boolean; chosen: boolean }) {
  const { t, language } = useWords();
  const [address] = useSearchParams();
  const empty = day.terms.length === 0 && !day.acknowledgements;
  const look = [
    out && "out",
    !day.worked && "off",
    today && "today",
    chosen && "chosen",
    empty && !today && "empty",
  ];
  const to = (risk: string | null) => changed(address, { jour: day.on, ...(risk ? { risque: risk } : {}) });
  return (
    <td className={look.filter(Boolean).join(" ")}>
      <Link className="d" to={to(null)} aria-current={today ? "date" : undefined} data-day={day.on}>
        <time dateTime={day.on}>
          <span className="wd" aria-hidden="true">
            {sayWeekday(day.on, language, "short")}{" "}
          </span>
          <span aria-hidden="true">{Number(day.on.slice(8))}</span>
          <span className="vh">{longDay(day.on, language)}</span>
        </time>
      </Link>
      {today && <span className="tag accent">{t("term.today")}</span>}
      {day.holiday && (
        <span className="hol" title={day.holiday.source}>
          {day.holiday.name}
          {!day.holiday.certain && ` ${t("calendar.uncertain")}`}
        </span>
      )}
      {day.terms.map(({ risk, terms }) => (
        <Link key={risk} className="pip" to={to(risk)}>
          <span className={`c-${RISK_LOOKS[risk].look}`}>
            <RiskShape risk={risk} />
          </span>
          {t(`calendar.pip.${risk}`, { n: terms })}
          <span className="vh"> {longDay(day.on, language)}</span>
        </Link>
      ))}
      {!!day.acknowledgements && (
        <Link className="pip" to={to(null)}>
          {t("calendar.pip.due", { n: day.acknowledgements })}
          <span className="vh"> {longDay(day.on, language)}</span>
        </Link>
      )}
    </td>
  );
}
