import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { Link, useSearchParams } from "react-router";
import { useWords } from "../i18n";
import { More } from "../outbox/More";
import { NextStep } from "../parts/Empty";
import { RiskBadge } from "../parts/RiskBadge";
import { fromToday } from "../parts/Term";
import { Trouble } from "../parts/Trouble";
import { daysBetween, longDay, shortDay } from "../text/dates";
import { shown } from "../text/unseen";
import { type Asked, changed, type Listed } from "./asked";
import { duesQuery, type Line, linesQuery, type TermDays } from "./queries";

/** The terms of the chosen day, of the past, or to come: each with the reason the API gives of its day. */
export function Agenda({ listed, asked, told }: { listed: Listed; asked: Asked; told: TermDays }) {
  const { t, language } = useWords();
  const [address] = useSearchParams();
  const list = useInfiniteQuery(linesQuery(listed, asked, told.today_on, told.first_on, told.last_on));
  const lines = list.data?.pages.flatMap((page) => page.data) ?? [];
  const day = typeof listed === "object" ? listed.day : null;
  const heading = useFocusOnChange(day ?? String(listed));
  const facts = told.days.find((one) => one.on === day);
  const title = day
    ? longDay(day, language)
    : t(listed === "overdue" ? "calendar.overdue" : "calendar.coming");
  return (
    <section aria-labelledby="agenda">
      <h2 id="agenda" tabIndex={-1} ref={heading}>
        {title}
      </h2>
      {facts?.holiday && (
        <p className="muted small">
          {t("calendar.holiday", { name: facts.holiday.name })}{" "}
          <cite className="law">{facts.holiday.source}</cite>
        </p>
      )}
      {listed !== "coming" && (
        <p className="small">
          <Link to={changed(address, { jour: null })}>{t("calendar.all")}</Link>
        </p>
      )}
      {list.isPending ? (
        <p className="wait" role="status">
          {t("app.loading")}
        </p>
      ) : list.error && !list.data ? (
        <Trouble error={list.error} retry={() => void list.refetch()} plain />
      ) : lines.length === 0 ? (
        <div className="stack">
          <p className="muted">{t(listed === "overdue" ? "calendar.overdue.none" : "calendar.none")}</p>
          {listed !== "overdue" && (
            <>
              <p className="muted">{t("calendar.teach")}</p>
              <NextStep
                step={{ to: "/boite?vue=a-qualifier", words: t("calendar.step"), scope: "tickets:read" }}
              />
            </>
          )}
        </div>
      ) : (
        <>
          <ul className="ag">
            {lines.map((line) => (
              <Entry key={line.saisine.id} line={line} today={told.today_on} />
            ))}
          </ul>
          <More list={list} />
        </>
      )}
      {day && !!facts?.acknowledgements && <Dues day={day} team={asked.team} />}
    </section>
  );
}

function Entry({ line, today }: { line: Line; today: string }) {
  const { t, language } = useWords();
  const { risk, alert_on: day, term_on: term } = line.saisine;
  const left = day ? daysBetween(today, day) : null;
  const hot = left !== null && risk !== "silence_rejects" && left <= 3;
  return (
    <li>
      <span className="when">
        {day && <time dateTime={day}>{shortDay(day, language)}</time>}
        {left !== null && <span className={hot ? "danger left" : "left"}>{fromToday(left, t)}</span>}
      </span>
      <div>
        <RiskBadge risk={risk} />{" "}
        <Link to={`/dossiers/${line.reference}`} data-entry>
          {shown(line.subject) || t("inbox.no_subject")}
        </Link>
        <p className="muted">
          {shown(line.contact_name) || t("inbox.no_name")} · <span className="nw">{line.reference}</span>
          {term && term !== day && ` · ${t("calendar.term", { day: shortDay(term, language) })}`}
        </p>
        {line.alert_because && term !== day && <p className="muted">{shown(line.alert_because)}</p>}
      </div>
    </li>
  );
}

/** The acknowledgements due on the day (CRPA R112-11-2), each with why it cannot leave yet. */
function Dues({ day, team }: { day: string; team: string | null }) {
  const { t } = useWords();
  const dues = useQuery(duesQuery(day, team));
  if (dues.error && !dues.data) return <Trouble error={dues.error} retry={() => void dues.refetch()} plain />;
  return (
    <section aria-labelledby="accuses">
      <h3 id="accuses">{t("calendar.dues")}</h3>
      <ul className="ag plain">
        {dues.data?.data.map((one) => (
          <li key={`${one.message_id}${one.kind}`}>
            <div>
              <Link to={`/dossiers/${one.reference}`} data-entry>
                {shown(one.subject) || t("inbox.no_subject")}
              </Link>
              <p className="muted">
                <span className="nw">{one.reference}</span>
                {one.blocked_because && ` · ${shown(one.blocked_because)}`}
              </p>
            </div>
          </li>
        ))}
      </ul>
      {dues.data?.next_cursor && <p className="muted small">{t("calendar.dues.more")}</p>}
    </section>
  );
}

/** The heading takes the focus when another list was asked for, and not when the screen opens. */
function useFocusOnChange(asked: string) {
  const heading = useRef<HTMLHeadingElement>(null);
  const before = useRef(asked);
  useEffect(() => {
    if (before.current === asked) return;
    before.current = asked;
    heading.current?.focus({ preventScroll: innerWidth > 1023 });
  }, [asked]);
  return heading;
}
