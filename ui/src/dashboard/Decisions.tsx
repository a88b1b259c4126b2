import { Link } from "react-router";
import { useWords } from "../i18n";
import { addressOf } from "../inbox/views";
import { share, whole } from "../text/figures";
import { shown } from "../text/unseen";
import { type Figures, listOf, type Period } from "./queries";

/** How the terms of what was received ended: in all, then by procedure. */
export function Decisions({ figures, period }: { figures: Figures; period: Period }) {
  const { t } = useWords();
  return (
    <>
      <section className="panel" aria-labelledby="delais">
        <h3 id="delais">{t("dashboard.decisions")}</h3>
        {figures.decisions.ended === 0 ? (
          <p>{t("dashboard.decisions.none")}</p>
        ) : (
          <Ends figures={figures} period={period} />
        )}
        <details>
          <summary>{t("dashboard.definition")}</summary>
          <p className="small soft">{t("dashboard.decisions.means")}</p>
        </details>
      </section>
      <section className="panel" aria-labelledby="demarches">
        <h3 id="demarches">{t("dashboard.procedures")}</h3>
        {figures.procedures.length === 0 ? (
          <p>{t("dashboard.procedures.none")}</p>
        ) : (
          <Procedures figures={figures} period={period} />
        )}
      </section>
    </>
  );
}

function Ends({ figures: { decisions }, period }: { figures: Figures; period: Period }) {
  const { t, language } = useWords();
  const rows = [
    ["dashboard.total", decisions.ended, listOf(period)],
    ["dashboard.in_time", decisions.in_time, listOf(period)],
    ["dashboard.accepted", decisions.accepted_by_silence, listOf(period, { risk: "born" })],
    ["dashboard.rejected", decisions.rejected_by_silence, listOf(period)],
  ] as const;
  return (
    <div className="tbl-x">
      <table className="tbl plain compact">
        <caption className="vh">{t("dashboard.decisions")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("dashboard.col.end")}</th>
            <th scope="col" className="r">
              {t("dashboard.col.number")}
            </th>
            <th scope="col" className="r">
              {t("dashboard.col.share")}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([key, number, list]) => (
            <tr key={key}>
              <th scope="row">
                <Link to={addressOf(list)}>{t(key)}</Link>
              </th>
              <td className="r">{whole(number, language)}</td>
              <td className="r muted">{share(number, decisions.ended, language)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Procedures({ figures, period }: { figures: Figures; period: Period }) {
  const { t, language } = useWords();
  const born = (procedure: string) => addressOf(listOf(period, { procedure, risk: "born" }));
  return (
    <div className="tbl-x">
      <table className="tbl plain compact">
        <caption className="vh">{t("dashboard.procedures")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("dashboard.col.procedure")}</th>
            {(["requests", "ended", "in_time", "accepted"] as const).map((one) => (
              <th key={one} scope="col" className="r">
                {t(`dashboard.col.${one}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {figures.procedures.map((one) => (
            <tr key={one.procedure}>
              <th scope="row">
                <Link to={addressOf(listOf(period, { procedure: one.procedure }))}>
                  {shown(one.title ?? one.procedure)}
                </Link>
              </th>
              <td className="r">{whole(one.requests, language)}</td>
              <td className="r">{whole(one.ended, language)}</td>
              <td className="r">{share(one.in_time, one.ended, language) ?? "–"}</td>
              <td className="r">
                {one.accepted_by_silence === 0 ? (
                  "0"
                ) : (
                  <Link to={born(one.procedure)}>
                    <b className="danger">{whole(one.accepted_by_silence, language)}</b>
                  </Link>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
