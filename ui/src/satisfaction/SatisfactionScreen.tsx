import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useSearchParams } from "react-router";
import { useMay, useZone } from "../api/house";
import { changed } from "../calendar/asked";
import { useWords } from "../i18n";
import { More } from "../outbox/More";
import { Empty } from "../parts/Empty";
import { Main } from "../parts/Main";
import { Trouble } from "../parts/Trouble";
import { moment } from "../text/dates";
import { shown } from "../text/unseen";
import { type Answer, answersQuery, GRADES, narrowedBy } from "./queries";

/** What people answered about the service, those asked last first: by grade and by when they were asked. */
export default function SatisfactionScreen() {
  const { t } = useWords();
  const may = useMay("tickets:read");
  const [address, setAddress] = useSearchParams();
  const wanted = narrowedBy(address);
  const list = useInfiniteQuery({ ...answersQuery(wanted), enabled: may });
  const answers = list.data?.pages.flatMap((page) => page.data) ?? [];

  function choose(name: string, value: string): void {
    setAddress(changed(address, { [name]: value }));
  }

  return (
    <Main titles={[t("satisfaction.answers")]}>
      <header className="bar">
        <h1 className="grow">{t("satisfaction.answers")}</h1>
        <label className="small" htmlFor="degre">
          {t("satisfaction.col.grade")}
        </label>
        <select
          className="select sm"
          id="degre"
          value={wanted.grade ?? ""}
          onChange={(event) => choose("degre", event.target.value)}
        >
          <option value="">{t("satisfaction.all_grades")}</option>
          {GRADES.map((one) => (
            <option key={one} value={one}>
              {t(`satisfaction.grade.${one}`)}
            </option>
          ))}
        </select>
        {(["du", "au"] as const).map((one) => (
          <span className="day" key={one}>
            <label className="small" htmlFor={one}>
              {t(one === "du" ? "satisfaction.from" : "satisfaction.to")}
            </label>{" "}
            <input
              className="input sm"
              id={one}
              type="date"
              value={(one === "du" ? wanted.from : wanted.to) ?? ""}
              onChange={(event) => choose(one, event.target.value)}
            />
          </span>
        ))}
      </header>
      <div className="scroll pad">
        {!may ? (
          <Empty title={t("error.forbidden")} />
        ) : list.isPending ? (
          <p className="wait" role="status">
            {t("app.loading")}
          </p>
        ) : list.error && !list.data ? (
          <Trouble error={list.error} retry={() => void list.refetch()} />
        ) : answers.length === 0 ? (
          <Empty
            title={t("satisfaction.empty")}
            advice={t("satisfaction.empty.advice")}
            step={{ to: "/pilotage", words: t("rail.dashboards"), scope: "sve:read" }}
          />
        ) : (
          <>
            <Answers answers={answers} />
            <More list={list} />
          </>
        )}
      </div>
    </Main>
  );
}

function Answers({ answers }: { answers: readonly Answer[] }) {
  const { t } = useWords();
  return (
    <div className="tbl-x">
      <table className="tbl plain">
        <caption className="vh">{t("satisfaction.answers")}</caption>
        <thead>
          <tr>
            {(["request", "grade", "comment", "answered"] as const).map((one) => (
              <th key={one} scope="col">
                {t(`satisfaction.col.${one}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {answers.map((one) => (
            <Row key={one.id} answer={one} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ answer }: { answer: Answer }) {
  const { t, language } = useWords();
  const zone = useZone();
  const { reference, subject, grade, comment, answered_at, changed_at } = answer;
  return (
    <tr>
      <th scope="row">
        <Link to={`/dossiers/${reference}`}>{reference}</Link> <bdi>{shown(subject)}</bdi>
      </th>
      <td>{t(`satisfaction.grade.${grade}`)}</td>
      <td>
        {comment ? (
          <p className="words">{shown(comment)}</p>
        ) : (
          <span className="muted">{t("satisfaction.no_comment")}</span>
        )}
      </td>
      <td>
        <time dateTime={answered_at}>{moment(answered_at, language, zone)}</time>
        {changed_at && (
          <span className="muted small">
            {" "}
            {t("satisfaction.changed", { at: moment(changed_at, language, zone) })}
          </span>
        )}
      </td>
    </tr>
  );
}
