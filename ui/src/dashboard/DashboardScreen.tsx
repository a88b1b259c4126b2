import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useSearchParams } from "react-router";
import { teamsQuery, useMay, useZone } from "../api/house";
import { changed } from "../calendar/asked";
import { useWords } from "../i18n";
import { Icon } from "../parts/Icon";
import { Main } from "../parts/Main";
import { Trouble } from "../parts/Trouble";
import { useAct } from "../shell/keys";
import { civilDay, hour, longDay } from "../text/dates";
import { shown } from "../text/unseen";
import { Chain } from "./Chain";
import { Channels } from "./Channels";
import { Decisions } from "./Decisions";
import { Now } from "./Now";
import { figuresQuery, type Period, SPANS, spanOf } from "./queries";
import { Satisfaction } from "./Satisfaction";

const DAY_MS = 86_400_000;

/** S6: what waits now, how what was received was served, how the chain stands. Each figure opens the list that makes it. */
export default function DashboardScreen() {
  const { t, language } = useWords();
  const may = useMay("sve:read");
  const zone = useZone();
  const client = useQueryClient();
  const [address, setAddress] = useSearchParams();
  const teams = useQuery(teamsQuery).data ?? [];
  const span = spanOf(address.get("jours"));
  const team = address.get("equipe");
  const period: Period = {
    first: civilDay(new Date(Date.now() - (span - 1) * DAY_MS), zone),
    last: civilDay(new Date(), zone),
    team,
  };
  const figures = useQuery({ ...figuresQuery(period), enabled: may });
  const refresh = () => {
    for (const key of ["figures", "status", "count", "waiting", "satisfaction"])
      void client.invalidateQueries({ queryKey: [key] });
  };
  useAct("refresh", refresh);

  function choose(name: string, value: string): void {
    setAddress(changed(address, { [name]: value }));
  }

  return (
    <Main titles={[t("rail.dashboards")]}>
      <header className="bar">
        <h1>{t("rail.dashboards")}</h1>
        <span className="muted small grow">
          {t("dashboard.links")}
          {figures.data &&
            ` · ${t("dashboard.read_at", { at: hour(new Date(figures.dataUpdatedAt).toISOString(), language, zone) })}`}
        </span>
        <label className="vh" htmlFor="periode">
          {t("dashboard.period")}
        </label>
        <select
          className="select sm"
          id="periode"
          value={span}
          onChange={(event) => choose("jours", event.target.value)}
        >
          {SPANS.map((one) => (
            <option key={one} value={one}>
              {t("dashboard.days", { n: one })}
            </option>
          ))}
        </select>
        <label className="vh" htmlFor="equipe">
          {t("dashboard.team")}
        </label>
        <select
          className="select sm"
          id="equipe"
          value={team ?? ""}
          onChange={(event) => choose("equipe", event.target.value)}
        >
          <option value="">{t("dashboard.teams")}</option>
          {teams.map((one) => (
            <option key={one.id} value={one.id}>
              {shown(one.name)}
            </option>
          ))}
        </select>
        <button className="btn sm" type="button" onClick={refresh}>
          <Icon name="again" />
          {t("dashboard.refresh")}
        </button>
      </header>
      {!may ? (
        <div className="state">
          <h2>{t("error.forbidden")}</h2>
          <p>{t("dashboard.forbidden")}</p>
        </div>
      ) : (
        <div className="scroll pad stack dashboard">
          <Now team={team} />
          <section aria-labelledby="service" className="stack">
            <h2 id="service">{t("dashboard.service")}</h2>
            <p className="muted small">
              {t("dashboard.between", {
                first: longDay(period.first, language),
                last: longDay(period.last, language),
              })}
            </p>
            {figures.isPending ? (
              <p className="wait" role="status">
                {t("app.loading")}
              </p>
            ) : figures.error && !figures.data ? (
              <Trouble error={figures.error} retry={() => void figures.refetch()} />
            ) : figures.data.received === 0 ? (
              <div className="panel">
                <h3>{t("dashboard.nothing")}</h3>
                <p>{t("dashboard.nothing.advice")}</p>
              </div>
            ) : (
              <>
                <Channels figures={figures.data} period={period} />
                <Decisions figures={figures.data} period={period} />
              </>
            )}
          </section>
          <Satisfaction period={period} />
          <Chain />
        </div>
      )}
    </Main>
  );
}
