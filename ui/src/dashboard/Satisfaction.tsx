import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "react-router";
import { begin } from "../api/begin";
import { useMay } from "../api/house";
import { useWords } from "../i18n";
import { Trouble } from "../parts/Trouble";
import {
  answersAt,
  type SatisfactionFigures,
  satisfactionFiguresQuery,
  satisfactionSettingsQuery,
} from "../satisfaction/queries";
import { share, whole } from "../text/figures";
import type { Period } from "./queries";

/** What people asked in the period think of the service; each number opens its answers. */
export function Satisfaction({ period: { first, last, team } }: { period: Period }) {
  const { t } = useWords();
  const period = { from: first, to: last, ...(team ? { team_id: team } : {}) };
  const client = useQueryClient();
  begin(client, satisfactionFiguresQuery(period));
  begin(client, satisfactionSettingsQuery);
  const figures = useQuery(satisfactionFiguresQuery(period));
  return (
    <section className="panel" aria-labelledby="satisfaction">
      <h3 id="satisfaction">{t("satisfaction.title")}</h3>
      {figures.isPending ? (
        <p className="wait" role="status">
          {t("app.loading")}
        </p>
      ) : figures.error && !figures.data ? (
        <Trouble error={figures.error} retry={() => void figures.refetch()} plain />
      ) : figures.data.asked === 0 ? (
        <Nobody />
      ) : (
        <Grades figures={figures.data} period={period} />
      )}
      <details>
        <summary>{t("dashboard.definition")}</summary>
        <p className="small soft">{t("satisfaction.means")}</p>
      </details>
    </section>
  );
}

/** Nobody was asked: because it was not chosen, or because nothing was closed. */
function Nobody() {
  const { t } = useWords();
  const chooses = useMay("users:admin");
  const settings = useQuery(satisfactionSettingsQuery).data;
  if (!settings || settings.asked) return <p>{t("satisfaction.none_asked")}</p>;
  return (
    <p>
      {t("satisfaction.off")}{" "}
      {chooses && <Link to="/reglages/administration">{t("satisfaction.off.advice")}</Link>}
    </p>
  );
}

function Grades({
  figures,
  period,
}: {
  figures: SatisfactionFigures;
  period: { from: string; to: string; team_id?: string };
}) {
  const { t, language } = useWords();
  const { asked, answered, comments, mean, satisfied_share } = figures;
  const part = satisfied_share === null ? null : share(satisfied_share, 1, language);
  const told = new Intl.NumberFormat(language, { maximumFractionDigits: 2 });
  return (
    <>
      <p>
        {t("satisfaction.told", {
          answered: whole(answered, language),
          asked: whole(asked, language),
          share: share(answered, asked, language) ?? "–",
        })}{" "}
        {comments > 0 && (
          <span className="muted">{t("satisfaction.comments", { n: whole(comments, language) })}</span>
        )}
      </p>
      <dl className="dl">
        <dt>{t("satisfaction.happy")}</dt>
        <dd>{part ?? "–"}</dd>
        <dt>{t("satisfaction.mean")}</dt>
        <dd>{mean === null ? "–" : told.format(mean)}</dd>
      </dl>
      <div className="tbl-x">
        <table className="tbl plain compact">
          <caption className="vh">{t("satisfaction.title")}</caption>
          <thead>
            <tr>
              <th scope="col">{t("satisfaction.col.grade")}</th>
              <th scope="col" className="r">
                {t("satisfaction.col.answers")}
              </th>
              <th scope="col" className="r">
                {t("satisfaction.col.share")}
              </th>
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">
                <Link to={answersAt(period)}>{t("satisfaction.every")}</Link>
              </th>
              <td className="r">{whole(answered, language)}</td>
              <td className="r muted">{share(answered, answered, language) ?? "–"}</td>
            </tr>
            {figures.grades.map(({ grade, answers }) => (
              <tr key={grade}>
                <th scope="row">
                  <Link to={answersAt({ ...period, grade })}>{t(`satisfaction.grade.${grade}`)}</Link>
                </th>
                <td className="r">{whole(answers, language)}</td>
                <td className="r muted">{share(answers, answered, language) ?? "–"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
