import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { useZone } from "../api/house";
import { useWords } from "../i18n";
import { addressOf, type Wanted } from "../inbox/views";
import { Channel } from "../parts/Channel";
import { RiskBadge } from "../parts/RiskBadge";
import { Trouble } from "../parts/Trouble";
import { recent } from "../text/dates";
import { shown } from "../text/unseen";
import { foundPeopleQuery, foundProceduresQuery, foundTicketsQuery } from "./queries";

interface Asked {
  isPending: boolean;
  error: unknown;
  data: { data: readonly unknown[]; next_cursor: string | null } | undefined;
  refetch: () => unknown;
}

/** A group of what was found: its heading, its number, and what it does while it waits or fails. */
function Group({
  id,
  title,
  asked,
  all,
  children,
}: {
  id: string;
  title: string;
  asked: Asked;
  all?: string;
  children: ReactNode;
}) {
  const { t } = useWords();
  const number = asked.data && `${asked.data.data.length}${asked.data.next_cursor ? "+" : ""}`;
  return (
    <section className="panel" aria-labelledby={id}>
      <h2 id={id}>
        {title} {number && <span className="muted">{number}</span>}
      </h2>
      {asked.isPending ? (
        <p className="wait" role="status">
          {t("app.loading")}
        </p>
      ) : asked.error && !asked.data ? (
        <Trouble error={asked.error} retry={() => void asked.refetch()} plain />
      ) : asked.data?.data.length === 0 ? (
        <p className="muted">{t("search.none")}</p>
      ) : (
        <ul className="pairs">{children}</ul>
      )}
      {asked.data?.next_cursor && all && (
        <p>
          <Link to={all}>{t("search.all")}</Link>
        </p>
      )}
    </section>
  );
}

export function Tickets({ words, wanted, all }: { words: string; wanted: Partial<Wanted>; all: string }) {
  const { t, language } = useWords();
  const zone = useZone();
  const asked = useQuery(foundTicketsQuery(words, wanted));
  return (
    <Group id="dossiers" title={t("search.tickets")} asked={asked} all={all}>
      {asked.data?.data.map((one) => (
        <li key={one.id}>
          {one.risk !== "none" && <RiskBadge risk={one.risk} />}{" "}
          <Link to={`/dossiers/${one.reference}`} data-entry>
            {shown(one.subject) || t("inbox.no_subject")}
          </Link>
          <p className="muted small facts">
            <span>{one.reference}</span>
            <span>{shown(one.contact?.display_name) || t("inbox.no_name")}</span>
            <Channel type={one.channel} />
            <span>{t(`status.${one.status}`)}</span>
            <time dateTime={one.last_activity_at}>
              {recent(one.last_activity_at, language, zone, t("term.yesterday"), new Date())}
            </time>
          </p>
        </li>
      ))}
    </Group>
  );
}

export function People({ words }: { words: string }) {
  const { t } = useWords();
  const asked = useQuery(foundPeopleQuery(words));
  return (
    <Group
      id="personnes"
      title={t("rail.people")}
      asked={asked}
      all={`/personnes?q=${encodeURIComponent(words)}`}
    >
      {asked.data?.data.map((one) => (
        <li key={one.id}>
          <Link to={`/personnes/${one.id}`} data-entry>
            {shown(one.display_name) || t("inbox.no_name")}
          </Link>{" "}
          <span className="muted small">
            {[
              ...one.points.slice(0, 2).map((point) => shown(point.address)),
              t("people.requests.of", { n: one.tickets, open: one.open_tickets }),
            ].join(" · ")}
          </span>
        </li>
      ))}
    </Group>
  );
}

export function Procedures({ words }: { words: string }) {
  const { t } = useWords();
  const asked = useQuery(foundProceduresQuery(words));
  return (
    <Group id="demarches" title={t("search.procedures")} asked={asked}>
      {asked.data?.data.map((one) => (
        <li key={one.code}>
          <Link to={addressOf({ sort: "-last_activity_at", procedure: one.code })} data-entry>
            {shown(one.title)}
          </Link>{" "}
          <span className="muted small">{one.code}</span>
        </li>
      ))}
    </Group>
  );
}
