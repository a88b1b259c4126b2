import { useQueries, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { useMay, useZone } from "../api/house";
import { useWords } from "../i18n";
import { countQuery } from "../inbox/queries";
import { addressOf, LIVE, type Wanted } from "../inbox/views";
import { waitingHeldQuery, waitingSendingsQuery } from "../outbox/queries";
import { Icon } from "../parts/Icon";
import { RISK_LOOKS, RiskShape } from "../parts/RiskBadge";
import { civilDay } from "../text/dates";

const DAY_MS = 86_400_000;

/** What waits at this moment: as many doors as figures. */
export function Now({ team }: { team: string | null }) {
  const { t } = useWords();
  const zone = useZone();
  const holds = useMay("intake:read");
  const ours = team ? { team_id: team } : {};
  const term = { sort: "term_on", status: LIVE, ...ours } as const;
  const wanted: Wanted[] = [
    { ...term, risk: "born,critical,near,unqualified" },
    { ...term, risk: "born" },
    { ...term, risk: "unqualified" },
    { ...term, risk: "unqualified", received_to: civilDay(new Date(Date.now() - DAY_MS), zone) },
    { ...term, term_before: civilDay(new Date(Date.now() + 8 * DAY_MS), zone) },
    { sort: "-last_activity_at", status: LIVE, unassigned: "true", ...ours },
  ];
  const counts = useQueries({ queries: wanted.map(countQuery) });
  const sendings = useQuery(waitingSendingsQuery);
  const held = useQuery({ ...waitingHeldQuery, enabled: holds });

  function number(index: number): string | null {
    const counted = counts[index];
    if (counted?.data) return counted.data.more ? `${counted.data.count}+` : String(counted.data.count);
    return counted?.error ? t("dashboard.unknown") : null;
  }
  const told = (asked: { data?: string | undefined; error: unknown }): string | null =>
    asked.data ?? (asked.error ? t("dashboard.unknown") : null);
  const list = (index: number): string => addressOf(wanted[index] as Wanted);
  function some(index: number, words: "dashboard.born" | "dashboard.old"): string {
    const counted = counts[index]?.data;
    if (!counted) return "";
    if (counted.count === 0) return t(`${words}.none`);
    return counted.more ? t(words, { n: `${counted.count}+` }) : t(words, { n: counted.count });
  }

  return (
    <section aria-labelledby="maintenant" className="stack">
      <h2 id="maintenant">{t("dashboard.now")}</h2>
      <div className="kpis">
        <Figure to={list(0)} words={t("views.at_risk")} number={number(0)} shape={<Shape risk="critical" />}>
          {some(1, "dashboard.born")}
        </Figure>
        <Figure
          to={list(2)}
          words={t("views.unqualified")}
          number={number(2)}
          shape={<Shape risk="unqualified" />}
        >
          {some(3, "dashboard.old")}
        </Figure>
        <Figure to={list(4)} words={t("views.week")} number={number(4)} shape={<Shape risk="near" />}>
          {t("dashboard.live")}
        </Figure>
        <Figure to={list(5)} words={t("views.unassigned")} number={number(5)} shape={<Icon name="person" />}>
          {t("dashboard.live")}
        </Figure>
        <Figure
          to="/envois"
          words={t("views.undelivered")}
          number={told(sendings)}
          shape={<Icon name="again" />}
        >
          {t("dashboard.decide")}
        </Figure>
        {holds && (
          <Figure
            to="/quarantaine"
            words={t("views.quarantine")}
            number={told(held)}
            shape={<Icon name="shield" />}
          >
            {t("dashboard.held")}
          </Figure>
        )}
      </div>
      {team && <p className="muted small">{t("dashboard.now.all")}</p>}
    </section>
  );
}

function Shape({ risk }: { risk: "critical" | "unqualified" | "near" }) {
  return (
    <i className={`c-${RISK_LOOKS[risk].look}`}>
      <RiskShape risk={risk} />
    </i>
  );
}

function Figure({
  to,
  words,
  number,
  shape,
  children,
}: {
  to: string;
  words: string;
  /** None while it is counted. */
  number: string | null;
  shape: ReactNode;
  children: ReactNode;
}) {
  const { t } = useWords();
  return (
    <Link className="kpi" to={to}>
      <span>
        {shape}
        {words}
      </span>{" "}
      <b>{number ?? <em className="vh">{t("app.loading")}</em>}</b> <small>{children}</small>
    </Link>
  );
}
