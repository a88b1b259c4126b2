import { Link, useSearchParams } from "react-router";
import { useNames } from "../api/house";
import { useWords } from "../i18n";
import { shortDay } from "../text/dates";
import { whole } from "../text/figures";
import { shown } from "../text/unseen";
import { changed } from "./asked";
import type { TermDays } from "./queries";

const WIDE = 160;

/** What waits for each team up to the last day shown; the figures, then the same drawn. */
export function Load({ told }: { told: TermDays }) {
  const { t, language } = useWords();
  const [address] = useSearchParams();
  const nameOf = useNames();
  const most = Math.max(1, ...told.teams.map((one) => one.terms));
  const title = t("calendar.load", { day: shortDay(told.last_on, language) });
  return (
    <section aria-labelledby="charge">
      <h2 id="charge">{title}</h2>
      {told.teams.length === 0 ? (
        <p className="muted">{t("calendar.load.none")}</p>
      ) : (
        <table className="tbl plain compact load">
          <caption className="vh">{title}</caption>
          <thead>
            <tr>
              <th scope="col">{t("inbox.filter.team")}</th>
              <th scope="col" className="r">
                {t("calendar.load.terms")}
              </th>
              <th scope="col" className="r" title={t("calendar.load.urgent.why")}>
                {t("calendar.load.urgent")}
              </th>
              <td aria-hidden="true" />
            </tr>
          </thead>
          <tbody>
            {told.teams.map(({ team_id: team, terms, urgent }) => (
              <tr key={team ?? ""}>
                <th scope="row">
                  {team ? (
                    <Link to={changed(address, { equipe: team })}>{shown(nameOf(team))}</Link>
                  ) : (
                    t("calendar.load.nobody")
                  )}
                </th>
                <td className="r">{whole(terms, language)}</td>
                <td className="r">{urgent ? <b className="danger">{whole(urgent, language)}</b> : "0"}</td>
                <td aria-hidden="true">
                  <svg
                    className="chart"
                    viewBox={`0 0 ${WIDE} 10`}
                    preserveAspectRatio="none"
                    aria-hidden="true"
                  >
                    <rect className="b1" width={(WIDE * terms) / most} height="10" rx="2" />
                    <rect className="b2" width={(WIDE * urgent) / most} height="10" rx="2" />
                  </svg>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p className="muted small">{t("calendar.load.urgent.why")}</p>
    </section>
  );
}
