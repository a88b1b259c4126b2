import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { begin, beginList } from "../api/begin";
import { tenantQuery, useMay, useNames, useZone } from "../api/house";
import { useBegun } from "../api/live";
import { useWords } from "../i18n";
import { useMoved } from "../inbox/useMoved";
import { Icon } from "../parts/Icon";
import { Main } from "../parts/Main";
import { Outside } from "../parts/Outside";
import { Trouble } from "../parts/Trouble";
import { useAct } from "../shell/keys";
import { civilDay } from "../text/dates";
import { shown } from "../text/unseen";
import { Agenda } from "./Agenda";
import { askedOf, changed, listedOf, RISKS } from "./asked";
import { FeedDialog } from "./FeedDialog";
import { Load } from "./Load";
import { MonthTable } from "./MonthTable";
import { monthOf, sayMonth, shiftMonth, windowOf } from "./month";
import { Overdue } from "./Overdue";
import { ProcedureFilter } from "./ProcedureFilter";
import { bornQuery, daysQuery, duesQuery, linesQuery } from "./queries";

/** S5: a month of terms, what waits on each day and for each team; what is past its day always on top. */
export default function CalendarScreen() {
  const { t, language } = useWords();
  const may = useMay("sve:read");
  const zone = useZone();
  const client = useQueryClient();
  const town = useQuery(tenantQuery).data;
  const nameOf = useNames();
  const [address, setAddress] = useSearchParams();
  const [subscribing, setSubscribing] = useState(false);
  const today = civilDay(new Date(), zone);
  const month = monthOf(address.get("mois"), today);
  const asked = askedOf(address);
  const listed = listedOf(address);
  const { first, last } = windowOf(month);
  if (may) {
    // The agenda goes by the day the server tells: where this machine's is another, it asks once more.
    begin(client, daysQuery(first, last, asked));
    beginList(client, linesQuery(listed, asked, today, first, last));
    begin(client, bornQuery);
    if (typeof listed === "object") begin(client, duesQuery(listed.day, asked.team));
  }
  const days = useQuery({ ...daysQuery(first, last, asked), enabled: may });
  const { moved, forget } = useMoved(days.dataUpdatedAt);
  const go = (words: Record<string, string | null>) => setAddress(changed(address, words));
  const refresh = () => {
    forget();
    for (const key of ["term-days", "term-lines", "term-dues", "term-born"])
      void client.invalidateQueries({ queryKey: [key] });
  };
  useAct("refresh", refresh);
  // What moved after the days were read and before the event stream began was told to nobody.
  const begun = useBegun();
  const known = useRef(begun);
  const latest = useRef({ days, refresh });
  latest.current = { days, refresh };
  useEffect(() => {
    if (known.current === begun) return;
    known.current = begun;
    const before = latest.current.days.data;
    if (!before) return;
    void latest.current.days.refetch().then(({ data }) => data !== before && latest.current.refresh());
  }, [begun]);
  useAct("next", () => step(1));
  useAct("previous", () => step(-1));

  return (
    <Main titles={[sayMonth(month, language), t("rail.calendar")]}>
      <header className="bar">
        <h1>{t("rail.calendar")}</h1>
        <nav className="row" aria-label={t("calendar.months")}>
          <Link className="btn icon" to={changed(address, { mois: shiftMonth(month, -1), jour: null })}>
            <Icon name="back" />
            <span className="vh">{t("calendar.before")}</span>
          </Link>
          <Link className="btn sm" to={changed(address, { mois: null, jour: null })}>
            {t("calendar.today")}
          </Link>
          <Link className="btn icon flip" to={changed(address, { mois: shiftMonth(month, 1), jour: null })}>
            <Icon name="back" />
            <span className="vh">{t("calendar.after")}</span>
          </Link>
        </nav>
        <b className="grow" aria-live="polite">
          {sayMonth(month, language)}
        </b>
        {may && (
          <>
            {asked.team && (
              <button className="btn sm" type="button" onClick={() => go({ equipe: null })}>
                {shown(nameOf(asked.team))} <Icon name="close" />
                <span className="vh">{t("calendar.all_teams")}</span>
              </button>
            )}
            <ProcedureFilter code={asked.procedure} onPick={(code) => go({ demarche: code })} />
            <label className="vh" htmlFor="risque">
              {t("inbox.filter.risk")}
            </label>
            <select
              className="select sm"
              id="risque"
              value={asked.risk ?? ""}
              onChange={(event) => go({ risque: event.target.value })}
            >
              <option value="">{t("calendar.risks")}</option>
              {RISKS.map((risk) => (
                <option key={risk} value={risk}>
                  {t(`risk.${risk}`)}
                </option>
              ))}
            </select>
            <a className="btn sm" href="/surveillance/alertes">
              {t("calendar.alerts")}
              <Outside />
            </a>
            <button
              className="btn sm"
              type="button"
              aria-haspopup="dialog"
              onClick={() => setSubscribing(true)}
            >
              <Icon name="calendar" />
              {t("calendar.subscribe")}
            </button>
            <button className="btn sm" type="button" onClick={() => print()}>
              {t("calendar.print")}
            </button>
          </>
        )}
      </header>
      {days.data && <Overdue told={days.data} />}
      {moved > 0 && (
        <button className="fresh" type="button" onClick={refresh}>
          <Icon name="up" />
          {t("inbox.fresh", { n: moved })}
        </button>
      )}
      {!may ? (
        <div className="state">
          <h2>{t("error.forbidden")}</h2>
          <p>{t("dashboard.forbidden")}</p>
        </div>
      ) : days.isPending ? (
        <p className="wait" role="status">
          {t("app.loading")}
        </p>
      ) : !days.data ? (
        <Trouble error={days.error} retry={() => void days.refetch()} />
      ) : (
        <div className="split">
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by the keyboard */}
          <section className="pad" tabIndex={0} aria-label={t("calendar.month")} aria-busy={days.isFetching}>
            <MonthTable
              month={month}
              told={days.data}
              chosen={typeof listed === "object" ? listed.day : null}
            />
            <p className="muted small note">
              {t("calendar.never_postponed")}{" "}
              {t("calendar.whose", { town: shown(town?.name), zone: days.data.time_zone })}
            </p>
          </section>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by the keyboard */}
          <section className="pad stack" tabIndex={0} aria-label={t("calendar.aside")}>
            <Agenda listed={listed} asked={asked} told={days.data} />
            <Load told={days.data} />
          </section>
        </div>
      )}
      {subscribing && <FeedDialog onClose={() => setSubscribing(false)} />}
    </Main>
  );
}

/** Moves the focus from entry to entry of the agenda. */
function step(by: number): void {
  const links = [...document.querySelectorAll<HTMLElement>("[data-entry]")];
  const at = links.indexOf(document.activeElement as HTMLElement);
  links[at < 0 ? 0 : Math.min(Math.max(at + by, 0), links.length - 1)]?.focus();
}
