import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { useMay, useMe, useNames, useZone } from "../api/house";
import { useWords } from "../i18n";
import type { Ticket } from "../inbox/queries";
import { AssignPicker } from "../parts/AssignPicker";
import { RiskBadge } from "../parts/RiskBadge";
import { useTerm } from "../parts/Term";
import { recent } from "../text/dates";
import { shown } from "../text/unseen";
import { useTicketChange } from "../ticket/useTicketChange";
import { columnQuery, type Network } from "./queries";
import { Words } from "./Words";

/** One request of a network: who wrote, what, what silence would decide, and what may be done of it here. */
export function Card({ ticket }: { ticket: Ticket }) {
  const { t, language } = useWords();
  const zone = useZone();
  const me = useMe();
  const nameOf = useNames();
  const may = useMay("tickets:write");
  const client = useQueryClient();
  const term = useTerm(ticket);
  const [open, setOpen] = useState(false);
  const [assigning, setAssigning] = useState(false);
  const { change, busy, dialog } = useTicketChange(ticket, () => {
    void client.invalidateQueries({ queryKey: columnQuery(ticket.channel as Network).queryKey });
  });
  const owner = ticket.assignee_id ? nameOf(ticket.assignee_id) : t("inbox.nobody");

  return (
    <li className={ticket.risk === "none" ? "post" : "post bind"} data-ticket={ticket.id}>
      <div className="mh">
        <b>{shown(ticket.contact?.display_name) || t("inbox.no_name")}</b>
        <time dateTime={ticket.last_activity_at}>
          {recent(ticket.last_activity_at, language, zone, t("term.yesterday"), new Date())}
        </time>
      </div>
      <h3 className="txt">
        <Link to={`/dossiers/${ticket.reference}`}>{shown(ticket.subject) || t("inbox.no_subject")}</Link>
      </h3>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          {t("social.read")}
          <span className="vh"> {ticket.reference}</span>
        </summary>
        {open && <Words ticketId={ticket.id} />}
      </details>
      <div className="facts">
        {ticket.risk !== "none" && (
          <>
            <RiskBadge risk={ticket.risk} />
            <span className="soft">{term.second}</span>
          </>
        )}
        <span>{shown(owner)}</span>
        {ticket.tags.map((tag) => (
          <span className="tag" key={tag.id}>
            {shown(tag.name)}
          </span>
        ))}
      </div>
      {may && (
        <div className="do">
          <Link className="btn quiet sm" to={`/dossiers/${ticket.reference}#reponse`}>
            {t("social.answer")}
            <span className="vh"> {ticket.reference}</span>
          </Link>
          {me.user_id && ticket.assignee_id !== me.user_id && (
            <button
              className="btn quiet sm"
              type="button"
              disabled={busy}
              onClick={() => change({ assignee_id: me.user_id })}
            >
              {t("social.to_me")}
              <span className="vh"> {ticket.reference}</span>
            </button>
          )}
          <button
            className="btn quiet sm"
            type="button"
            aria-haspopup="dialog"
            disabled={busy}
            onClick={() => setAssigning(true)}
          >
            {t("social.assign")}
            <span className="vh"> {ticket.reference}</span>
          </button>
        </div>
      )}
      {assigning && (
        <AssignPicker
          title={t("social.assign")}
          onPick={(id) => change({ assignee_id: id })}
          onClose={() => setAssigning(false)}
        />
      )}
      {dialog}
    </li>
  );
}
