import { type FormEvent, useState } from "react";
import { Link, useNavigate } from "react-router";
import { useMay, useNames } from "../api/house";
import { useWords } from "../i18n";
import type { Change } from "../inbox/changes";
import { listAddress, neighbours } from "../inbox/lastList";
import type { Ticket } from "../inbox/queries";
import { AssignPicker, TeamPicker } from "../parts/AssignPicker";
import { useChannelWord } from "../parts/Channel";
import { Icon } from "../parts/Icon";
import { Presence } from "../parts/Presence";
import { RiskBadge } from "../parts/RiskBadge";
import { useAct } from "../shell/keys";
import { shown } from "../text/unseen";
import { Macros } from "./Macros";
import { Moves } from "./moves/Moves";
import { Sleep } from "./Sleep";

const STATUSES = ["new", "open", "waiting", "resolved", "closed"] as const;

/** The way back and to the neighbours, and what is decided of the request as a whole. */
export function TicketBar({
  ticket,
  change,
  busy,
}: {
  ticket: Ticket;
  change: (what: Change) => void;
  busy: boolean;
}) {
  const { t } = useWords();
  const may = useMay("tickets:write");
  const navigate = useNavigate();
  const nameOf = useNames();
  const [asks, setAsks] = useState<"agent" | "team" | null>(null);
  const beside = neighbours(ticket.reference);
  useAct("back", () => navigate(listAddress()));
  useAct("next", beside.after ? () => navigate(`/dossiers/${beside.after}`) : null);
  useAct("previous", beside.before ? () => navigate(`/dossiers/${beside.before}`) : null);
  useAct("assign", may ? () => setAsks("agent") : null);
  useAct("team", may ? () => setAsks("team") : null);
  useAct("resolve", may ? () => change({ status: "resolved" }) : null);
  useAct("wait", may ? () => change({ status: "waiting" }) : null);

  return (
    <header className="bar">
      <Link className="btn quiet" to={listAddress()}>
        <Icon name="back" />
        {t("ticket.back")} <kbd>u</kbd>
      </Link>
      {beside.of > 0 && (
        <>
          <span className="muted small">{t("ticket.position", { n: beside.at + 1, total: beside.of })}</span>
          <span className="btns">
            {beside.before && (
              <Link className="btn icon" to={`/dossiers/${beside.before}`} aria-label={t("ticket.previous")}>
                <Icon name="up" />
              </Link>
            )}
            {beside.after && (
              <Link className="btn icon" to={`/dossiers/${beside.after}`} aria-label={t("ticket.next")}>
                <Icon name="down" />
              </Link>
            )}
          </span>
        </>
      )}
      <span className="grow" />
      <Presence ticketId={ticket.id} />
      {may ? (
        <>
          <button
            className="btn"
            type="button"
            disabled={busy}
            onClick={() => setAsks("agent")}
            aria-haspopup="dialog"
          >
            <Icon name="person" />
            {shown(nameOf(ticket.assignee_id)) || t("ticket.assign")}
          </button>
          <button
            className="btn"
            type="button"
            disabled={busy}
            onClick={() => setAsks("team")}
            aria-haspopup="dialog"
          >
            <Icon name="people" />
            {shown(nameOf(ticket.team_id)) || t("ticket.team")}
          </button>
          <select
            className="select sm"
            aria-label={t("ticket.status")}
            value={ticket.status}
            disabled={busy}
            onChange={(event) => change({ status: event.target.value as Ticket["status"] })}
          >
            {STATUSES.map((status) => (
              <option key={status} value={status}>
                {t(`status.${status}`)}
              </option>
            ))}
          </select>
        </>
      ) : (
        <span className="muted small">{t("ticket.read_only")}</span>
      )}
      <Macros ticket={ticket} />
      <Sleep ticket={ticket} />
      <Moves ticket={ticket} />
      <a className="btn quiet" href={`/demandes/${ticket.id}`}>
        {t("ticket.more")}
      </a>
      {asks === "agent" && (
        <AssignPicker
          title={t("assign.title")}
          onPick={(id) => change({ assignee_id: id })}
          onClose={() => setAsks(null)}
        />
      )}
      {asks === "team" && (
        <TeamPicker onPick={(id) => change({ team_id: id })} onClose={() => setAsks(null)} />
      )}
    </header>
  );
}

/** The object, which may be mended, and what the request is. */
export function TicketTitle({ ticket, change }: { ticket: Ticket; change: (what: Change) => void }) {
  const { t } = useWords();
  const may = useMay("tickets:write");
  const word = useChannelWord();
  const [words, setWords] = useState<string | null>(null);

  function save(event: FormEvent): void {
    event.preventDefault();
    const subject = words?.trim() ?? "";
    if (subject && subject !== ticket.subject) change({ subject });
    setWords(null);
  }

  return (
    <div className="thead">
      {words === null ? (
        <div className="titleform">
          <h1>{shown(ticket.subject) || t("inbox.no_subject")}</h1>
          {may && (
            <button
              className="btn quiet icon"
              type="button"
              aria-label={t("ticket.subject.edit")}
              onClick={() => setWords(ticket.subject)}
            >
              <Icon name="note" />
            </button>
          )}
        </div>
      ) : (
        <form className="titleform" onSubmit={save}>
          <h1 className="vh">{shown(ticket.subject)}</h1>
          <input
            className="input"
            aria-label={t("ticket.subject")}
            // biome-ignore lint/a11y/noAutofocus: the person just asked to write here
            autoFocus
            maxLength={500}
            value={words}
            onChange={(event) => setWords(event.target.value)}
            onKeyDown={(event) => event.key === "Escape" && setWords(null)}
          />
          <button className="btn primary" type="submit">
            {t("app.save")}
          </button>
          <button className="btn" type="button" onClick={() => setWords(null)}>
            {t("app.cancel")}
          </button>
        </form>
      )}
      <div className="meta">
        <RiskBadge risk={ticket.risk} />
        <span>{t("ticket.number", { reference: ticket.reference })}</span>
        <span>{t("ticket.by", { channel: word(ticket.channel) })}</span>
        {ticket.confidential && (
          <span>
            <Icon name="lock" /> {t("inbox.confidential")}
          </span>
        )}
        <span className="muted">{t("ticket.version", { n: ticket.version })}</span>
      </div>
    </div>
  );
}
