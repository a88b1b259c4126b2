import { Link } from "react-router";
import { useNames, useZone } from "../api/house";
import { useWords } from "../i18n";
import { Channel } from "../parts/Channel";
import { Icon } from "../parts/Icon";
import { RiskBadge } from "../parts/RiskBadge";
import { Term } from "../parts/Term";
import { recent } from "../text/dates";
import { shown } from "../text/unseen";
import type { Ticket } from "./queries";

export interface Ticks {
  ticked: ReadonlySet<string>;
  tick: (id: string) => void;
  tickAll: () => void;
}

/** The list as a table: one link a row, its object; the rest is text. */
export function TicketTable({
  caption,
  tickets,
  byTerm,
  may,
  ticks: { ticked, tick, tickAll },
  onSort,
}: {
  caption: string;
  tickets: readonly Ticket[];
  byTerm: boolean;
  may: boolean;
  ticks: Ticks;
  onSort: (byTerm: boolean) => void;
}) {
  const { t } = useWords();
  const every = tickets.length > 0 && tickets.every((ticket) => ticked.has(ticket.id));
  return (
    <table className="tbl fixed stackable" id="liste">
      <caption className="vh">{caption}</caption>
      <colgroup>
        {may && <col className="w-tick" />}
        <col className="w-risk" />
        <col className="w-term" />
        <col />
        <col className="w-who" />
        <col className="w-chan" />
        <col className="w-state" />
        <col className="w-act opt-col" />
      </colgroup>
      <thead>
        <tr>
          {may && (
            <th scope="col">
              <input type="checkbox" aria-label={t("inbox.col.tick")} checked={every} onChange={tickAll} />
            </th>
          )}
          <th scope="col">{t("inbox.col.risk")}</th>
          <th scope="col" aria-sort={byTerm ? "ascending" : undefined}>
            <button type="button" onClick={() => onSort(true)}>
              {t("inbox.col.term")} {byTerm && <Icon name="up" />}
            </button>
          </th>
          <th scope="col">{t("inbox.col.subject")}</th>
          <th scope="col">{t("inbox.col.person")}</th>
          <th scope="col">{t("inbox.col.channel")}</th>
          <th scope="col">{t("inbox.col.state")}</th>
          <th scope="col" className="opt-col" aria-sort={byTerm ? undefined : "descending"}>
            <button type="button" onClick={() => onSort(false)}>
              {t("inbox.col.activity")} {!byTerm && <Icon name="down" />}
            </button>
          </th>
        </tr>
      </thead>
      <tbody>
        {tickets.map((ticket) => (
          <Row key={ticket.id} ticket={ticket} may={may} ticked={ticked.has(ticket.id)} tick={tick} />
        ))}
      </tbody>
    </table>
  );
}

function Row({
  ticket,
  may,
  ticked,
  tick,
}: {
  ticket: Ticket;
  may: boolean;
  ticked: boolean;
  tick: (id: string) => void;
}) {
  const { t, language } = useWords();
  const nameOf = useNames();
  const zone = useZone();
  const owners = [ticket.assignee_id, ticket.team_id].map(nameOf).filter(Boolean).map(shown);
  return (
    <tr className={ticked ? "sel" : undefined} data-ticket={ticket.id}>
      {may && (
        <td>
          <input
            type="checkbox"
            aria-label={t("inbox.tick", { reference: ticket.reference })}
            checked={ticked}
            onChange={() => tick(ticket.id)}
          />
        </td>
      )}
      <td>
        <RiskBadge risk={ticket.risk} />
      </td>
      <td>
        <Term of={ticket} />
      </td>
      <td>
        <span className="two">
          <Link
            to={`/dossiers/${ticket.reference}`}
            className={ticket.status === "new" ? "new" : undefined}
            data-row
          >
            {shown(ticket.subject) || t("inbox.no_subject")}
          </Link>
          <span className="l2">
            {ticket.reference}
            {ticket.confidential && ` · ${t("inbox.confidential")}`}
          </span>
        </span>
      </td>
      <td>
        <span className="two">
          <span>{shown(ticket.contact?.display_name) || t("inbox.no_name")}</span>
        </span>
      </td>
      <td>
        <Channel type={ticket.channel} />
      </td>
      <td>
        <span className="two">
          <span>{t(`status.${ticket.status}`)}</span>
          <span className="l2">{owners.join(" · ") || t("inbox.nobody")}</span>
        </span>
      </td>
      <td className="opt-col">
        <time className="muted" dateTime={ticket.last_activity_at}>
          {recent(ticket.last_activity_at, language, zone, t("term.yesterday"), new Date())}
        </time>
      </td>
    </tr>
  );
}
