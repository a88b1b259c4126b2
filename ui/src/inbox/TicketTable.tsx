import { Link } from "react-router";
import { useNames, useZone } from "../api/house";
import { useWords } from "../i18n";
import { Channel } from "../parts/Channel";
import { Icon } from "../parts/Icon";
import { Presence } from "../parts/Presence";
import { RiskBadge } from "../parts/RiskBadge";
import { TagChip } from "../parts/TagChip";
import { Term } from "../parts/Term";
import { moment, recent, shortDay } from "../text/dates";
import { shown } from "../text/unseen";
import { type Column, USUAL } from "./columns";
import type { Ticket } from "./queries";
import { useColumns } from "./useColumns";

export interface Ticks {
  ticked: ReadonlySet<string>;
  tick: (id: string) => void;
  tickAll: () => void;
}

const ROOMY = 8;

/** The list as a table: one link a row, its object; the rest is text. */
export function TicketTable({
  caption,
  tickets,
  columns,
  byTerm,
  may,
  ticks: { ticked, tick, tickAll },
  onSort,
}: {
  caption: string;
  tickets: readonly Ticket[];
  columns: readonly Column[];
  byTerm: boolean;
  may: boolean;
  ticks: Ticks;
  onSort: (byTerm: boolean) => void;
}) {
  const { t } = useWords();
  const { heading, width, held } = useColumns(columns);
  const every = tickets.length > 0 && tickets.every((ticket) => ticked.has(ticket.id));
  // The least column of the usual ones gives way on a narrow screen; a column somebody chose does not.
  const look = (column: Column): string =>
    columns === USUAL && column === "last_activity_at" ? "opt-col" : "";
  return (
    <table className={columns.length > ROOMY ? "tbl fixed stackable many" : "tbl fixed stackable"}>
      <caption className="vh">{caption}</caption>
      <colgroup>
        {may && <col className="w-tick" />}
        {columns.map((column) => (
          <col key={column} className={`${width(column)} ${look(column)}`} />
        ))}
      </colgroup>
      <thead>
        <tr>
          {may && (
            <th scope="col">
              <input type="checkbox" aria-label={t("inbox.col.tick")} checked={every} onChange={tickAll} />
            </th>
          )}
          {columns.map((column) => {
            const sorts = column === "term_on" ? byTerm : column === "last_activity_at" ? !byTerm : null;
            const order = column === "term_on" ? "ascending" : "descending";
            return (
              <th key={column} scope="col" className={look(column)} aria-sort={sorts ? order : undefined}>
                {sorts === null ? (
                  heading(column)
                ) : (
                  <button type="button" onClick={() => onSort(column === "term_on")}>
                    {heading(column)} {sorts && <Icon name={column === "term_on" ? "up" : "down"} />}
                  </button>
                )}
              </th>
            );
          })}
        </tr>
      </thead>
      <tbody>
        {tickets.map((ticket) => (
          <tr key={ticket.id} className={ticked.has(ticket.id) ? "sel" : undefined} data-ticket={ticket.id}>
            {may && (
              <td>
                <input
                  type="checkbox"
                  aria-label={t("inbox.tick", { reference: ticket.reference })}
                  checked={ticked.has(ticket.id)}
                  onChange={() => tick(ticket.id)}
                />
              </td>
            )}
            {columns.map((column) => (
              <td key={column} className={look(column) || undefined}>
                <Cell ticket={ticket} column={column} columns={columns} held={held} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What a column tells of a request. What has no column of its own stands on the second line of a neighbour. */
function Cell({
  ticket,
  column,
  columns,
  held,
}: {
  ticket: Ticket;
  column: Column;
  columns: readonly Column[];
  held: (ticket: Ticket, column: Column) => string;
}) {
  const { t, language } = useWords();
  const nameOf = useNames();
  const zone = useZone();
  switch (column) {
    case "risk":
      return <RiskBadge risk={ticket.risk} />;
    case "term_on":
      return <Term of={ticket} />;
    case "reference":
      return <>{ticket.reference}</>;
    case "subject":
      return <Subject ticket={ticket} columns={columns} />;
    case "contact":
      return (
        <span className="two">
          <span>{shown(ticket.contact?.display_name) || t("inbox.no_name")}</span>
        </span>
      );
    case "channel":
      return <Channel type={ticket.channel} />;
    case "procedure":
      return (
        <span className="two">
          <span>{proceduresOf(ticket) || "—"}</span>
        </span>
      );
    case "status": {
      const owners = [
        columns.includes("assignee") ? null : ticket.assignee_id,
        columns.includes("team") ? null : ticket.team_id,
      ];
      const named = owners.map(nameOf).filter(Boolean).map(shown);
      return (
        <span className="two">
          <span>{t(`status.${ticket.status}`)}</span>
          {!columns.includes("assignee") && (
            <span className="l2">{named.join(" · ") || t("inbox.nobody")}</span>
          )}
        </span>
      );
    }
    case "team":
      return <Owner name={nameOf(ticket.team_id)} />;
    case "assignee":
      return <Owner name={nameOf(ticket.assignee_id) || t("inbox.nobody")} />;
    case "tags":
      return (
        <span className="tags">
          {ticket.tags.map((tag) => (
            <TagChip key={tag.id} tag={tag} />
          ))}
        </span>
      );
    case "received_at":
      return <time dateTime={ticket.received_at}>{moment(ticket.received_at, language, zone)}</time>;
    case "last_activity_at":
      return (
        <time className="muted" dateTime={ticket.last_activity_at}>
          {recent(ticket.last_activity_at, language, zone, t("term.yesterday"), new Date())}
        </time>
      );
    case "presence":
      return (
        <span className="tags">
          <Presence ticketId={ticket.id} />
        </span>
      );
    default:
      return (
        <span className="two">
          <span>{held(ticket, column) || "—"}</span>
        </span>
      );
  }
}

function Owner({ name }: { name: string }) {
  return (
    <span className="two">
      <span>{shown(name) || "—"}</span>
    </span>
  );
}

function Subject({ ticket, columns }: { ticket: Ticket; columns: readonly Column[] }) {
  const { t } = useWords();
  const tags = columns.includes("tags") ? [] : ticket.tags;
  return (
    <span className="two">
      <Link
        to={`/dossiers/${ticket.reference}`}
        className={ticket.status === "new" ? "new" : undefined}
        data-row
      >
        {shown(ticket.subject) || t("inbox.no_subject")}
      </Link>
      <span className="l2">
        {!columns.includes("presence") && <Presence ticketId={ticket.id} />}
        {!columns.includes("reference") && ticket.reference}
        {ticket.confidential && ` · ${t("inbox.confidential")}`}
        {ticket.snooze && <Aside snooze={ticket.snooze} />}
        {tags.map((tag) => (
          <TagChip key={tag.id} tag={tag} />
        ))}
      </span>
    </span>
  );
}

/** Set aside: until when, in words, and what wakes it before. */
function Aside({ snooze }: { snooze: NonNullable<Ticket["snooze"]> }) {
  const { t, language } = useWords();
  const zone = useZone();
  const until = snooze.until_at ? moment(snooze.until_at, language, zone) : null;
  const wakes = snooze.term_wakes_on;
  return (
    <span
      className="tag aside"
      title={wakes ? t("inbox.snoozed.term", { day: shortDay(wakes, language) }) : undefined}
    >
      <Icon name="clock" />
      {until ? t("inbox.snoozed.until", { at: until }) : t("inbox.snoozed.answer")}
    </span>
  );
}

const proceduresOf = (ticket: Ticket): string =>
  [...new Set(ticket.saisines.flatMap((one) => (one.procedure ? [one.procedure] : [])))].join(", ");
