import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { useMay, useNames, useZone } from "../../api/house";
import { useWords } from "../../i18n";
import { lanesQuery } from "../../outbox/queries";
import { moment } from "../../text/dates";
import { shown } from "../../text/unseen";
import { actionWords, actorWords } from "../journal/words";
import { useAdmin } from "../words";
import type { Channel } from "./health";
import { historyQuery } from "./queries";

/** How a channel fares, in figures and instants, and what happened to it. */
export function Standing({ channel }: { channel: Channel }) {
  const say = useAdmin();
  const { language } = useWords();
  const zone = useZone();
  const at = (instant: string) => moment(instant, language, zone);
  const lanes = useQuery({ ...lanesQuery, enabled: useMay("tickets:read") }).data;
  const lane = lanes?.find((one) => one.channel_id === channel.id);
  const { capabilities, connection } = channel;
  return (
    <>
      <section aria-labelledby="sante">
        <h2 id="sante">{say("standing.title")}</h2>
        <dl className="dl">
          <dt>{say("standing.state")}</dt>
          <dd>
            {say(`state.${channel.state}`)}
            {channel.state_reason && <span className="soft"> : {shown(channel.state_reason)}</span>}
          </dd>
          <dt>{say("channels.col.last")}</dt>
          <dd>{channel.last_inbound_at ? at(channel.last_inbound_at) : say("channels.never")}</dd>
          {channel.silent_since && (
            <>
              <dt>{say("standing.silent")}</dt>
              <dd className="danger">{at(channel.silent_since)}</dd>
            </>
          )}
          {connection && (
            <>
              <dt>{say("standing.connection")}</dt>
              <dd>
                {say(`connection.${connection.state}`)}
                {connection.since && `, ${say("standing.since", { at: at(connection.since) })}`}
                {connection.retry_at && `, ${say("standing.retry", { at: at(connection.retry_at) })}`}
              </dd>
            </>
          )}
          <dt>{say("channels.col.waiting")}</dt>
          <dd>
            {lane ? (
              <Link to="/envois?file=attente">{say("channels.waiting", { n: lane.waiting })}</Link>
            ) : (
              say("channels.flowing")
            )}
          </dd>
          {capabilities && (
            <>
              <dt>{say("standing.can")}</dt>
              <dd>
                {[
                  capabilities.can_receive ? say("types.receives") : "",
                  capabilities.can_send ? say("types.sends") : say("types.sends_not"),
                  capabilities.public ? say("standing.public") : "",
                ]
                  .filter(Boolean)
                  .join(" · ")}
              </dd>
              <dt>{say("standing.law")}</dt>
              <dd>{say(capabilities.electronic ? "standing.electronic" : "standing.not_electronic")}</dd>
            </>
          )}
          <dt>{say("standing.connected_at")}</dt>
          <dd>{at(channel.created_at)}</dd>
        </dl>
      </section>
      {useMay("audit:read") && <History id={channel.id} />}
    </>
  );
}

function History({ id }: { id: string }) {
  const say = useAdmin();
  const { language } = useWords();
  const zone = useZone();
  const names = useNames();
  const entries = useQuery(historyQuery(id)).data;
  if (!entries?.length) return null;
  return (
    <section aria-labelledby="histoire">
      <h2 id="histoire">{say("standing.history")}</h2>
      <ul className="lines">
        {entries.map((entry) => (
          <li key={entry.id} className="small">
            <b>{actionWords(language, entry.action)}</b>{" "}
            <span className="muted">
              <time dateTime={entry.at}>{moment(entry.at, language, zone)}</time> ·{" "}
              {actorWords(say, entry.actor, names)}
            </span>
            {typeof entry.detail.reason === "string" && <p className="soft">{shown(entry.detail.reason)}</p>}
          </li>
        ))}
      </ul>
    </section>
  );
}
