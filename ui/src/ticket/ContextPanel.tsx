import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { useNames, useZone } from "../api/house";
import { useWords } from "../i18n";
import { fr, type Key } from "../i18n/fr";
import type { Ticket } from "../inbox/queries";
import { RiskBadge } from "../parts/RiskBadge";
import { Trouble } from "../parts/Trouble";
import { moment } from "../text/dates";
import { shown } from "../text/unseen";
import { FieldsPanel } from "./FieldsPanel";
import { Tags } from "./FilingPanel";
import { Follow } from "./Follow";
import { Links } from "./LinksPanel";
import { MovesMade } from "./moves/MovesMade";
import { contactQuery, othersQuery } from "./queries";

/** Who asks, how they can be reached and what proves it, what else they asked. */
export function ContextPanel({ ticket }: { ticket: Ticket }) {
  const { t, language } = useWords();
  const zone = useZone();
  const nameOf = useNames();
  return (
    <>
      <div className="reg-h">
        <h2 id="h-contexte">{t("context.title")}</h2>
      </div>
      {ticket.contact ? (
        <Person id={ticket.contact.id} name={ticket.contact.display_name} ticket={ticket} />
      ) : (
        <p className="wait">{t("context.nobody")}</p>
      )}
      <div className="ctx">
        <h3>{t("context.file")}</h3>
        <dl className="dl">
          <dt>{t("context.received")}</dt>
          <dd>{moment(ticket.received_at, language, zone)}</dd>
          <dt>{t("context.activity")}</dt>
          <dd>{moment(ticket.last_activity_at, language, zone)}</dd>
          <dt>{t("context.agent")}</dt>
          <dd>{shown(nameOf(ticket.assignee_id)) || t("inbox.nobody")}</dd>
          <dt>{t("context.team")}</dt>
          <dd>{shown(nameOf(ticket.team_id)) || "—"}</dd>
        </dl>
        {ticket.confidential && <p className="small warn">{t("context.confidential")}</p>}
      </div>
      <FieldsPanel ticket={ticket} />
      <Tags ticket={ticket} />
      <Links ticket={ticket} />
      <MovesMade ticket={ticket} />
      <Follow ticketId={ticket.id} />
    </>
  );
}

function Person({ id, name, ticket }: { id: string; name: string | null; ticket: Ticket }) {
  const { t } = useWords();
  const contact = useQuery(contactQuery(id));
  const others = useQuery(othersQuery(id));
  const else_ = others.data?.filter((one) => one.id !== ticket.id) ?? [];
  return (
    <>
      <div className="ctx">
        <h3>
          <Link to={`/personnes/${id}`}>{shown(name) || t("inbox.no_name")}</Link>
        </h3>
        {contact.error && <Trouble error={contact.error} plain />}
        <dl className="dl">
          {contact.data?.points.map((point) => (
            <div key={point.id} className="point">
              <dt>{kindOf(point.kind, t)}</dt>
              <dd>
                {shown(point.address)}{" "}
                <span className={point.verified_at ? "tag ok" : "tag"}>
                  {t(point.verified_at ? "context.verified" : "context.unverified")}
                </span>
                {point.opted_out_at && <span className="tag warn">{t("context.opted_out")}</span>}
              </dd>
            </div>
          ))}
        </dl>
      </div>
      <div className="ctx">
        <h3>{t("context.others")}</h3>
        {else_.length === 0 && others.data && <p className="muted small">{t("context.no_others")}</p>}
        <ul className="small stack-2">
          {else_.map((one) => (
            <li key={one.id}>
              <RiskBadge risk={one.risk} />{" "}
              <Link to={`/dossiers/${one.reference}`}>{shown(one.subject) || one.reference}</Link>
            </li>
          ))}
        </ul>
      </div>
    </>
  );
}

export function kindOf(kind: string, t: (key: Key) => string): string {
  const key = [`kind.${kind}`, `channel.${kind}`, `channel.meta.${kind}`].find((one) => one in fr);
  return key ? t(key as Key) : kind;
}
