import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "react-router";
import { begin } from "../../api/begin";
import { useMay, useZone } from "../../api/house";
import { useWords } from "../../i18n";
import { lanesQuery } from "../../outbox/queries";
import { Channel as ChannelWord } from "../../parts/Channel";
import { Empty } from "../../parts/Empty";
import { Icon } from "../../parts/Icon";
import { useAct } from "../../shell/keys";
import { moment } from "../../text/dates";
import { shown } from "../../text/unseen";
import { Frame } from "../Frame";
import { Waiting } from "../parts/Waiting";
import { useAdmin } from "../words";
import { Health } from "./HealthMark";
import { type Channel, worstFirst } from "./health";
import { channelsQuery } from "./queries";

/** S10: the channels, those that ask for somebody first. */
export default function ChannelsScreen() {
  const say = useAdmin();
  const client = useQueryClient();
  const may = useMay("channels:admin");
  const sends = useMay("tickets:read");
  if (may && sends) begin(client, lanesQuery);
  const channels = useQuery({ ...channelsQuery, enabled: may });
  useAct("refresh", () => void channels.refetch());
  return (
    <Frame
      title={say("part.channels")}
      scope="channels:admin"
      under={<p className="muted small">{say("channels.order")}</p>}
      acts={
        <Link className="btn primary" to="/reglages/canaux/nouveau">
          <Icon name="plus" />
          {say("channels.connect")}
        </Link>
      }
    >
      <div className="scroll">
        <Waiting asked={channels}>
          {(found) =>
            found.length === 0 ? (
              <Empty title={say("channels.none")} advice={say("channels.none.advice")} />
            ) : (
              <Table channels={found} />
            )
          }
        </Waiting>
      </div>
    </Frame>
  );
}

function Table({ channels }: { channels: readonly Channel[] }) {
  const say = useAdmin();
  const { language } = useWords();
  const zone = useZone();
  const lanes = useQuery({ ...lanesQuery, enabled: useMay("tickets:read") }).data ?? [];
  return (
    <table className="tbl stackable untick" id="liste">
      <caption className="vh">{say("part.channels")}</caption>
      <thead>
        <tr>
          <th scope="col">{say("channels.col.name")}</th>
          <th scope="col">{say("channels.col.health")}</th>
          <th scope="col">{say("channels.col.last")}</th>
          <th scope="col">{say("channels.col.test")}</th>
          <th scope="col">{say("channels.col.waiting")}</th>
        </tr>
      </thead>
      <tbody>
        {worstFirst(channels, new Date(), zone).map((one) => {
          const lane = lanes.find((held) => held.channel_id === one.id);
          return (
            <tr key={one.id} data-channel={one.id}>
              <td>
                <div className="two">
                  <Link to={`/reglages/canaux/${one.id}`}>{shown(one.name)}</Link>
                  <span className="l2">
                    <ChannelWord type={one.type} />
                    {one.address && ` · ${shown(one.address)}`}
                  </span>
                </div>
              </td>
              <td>
                <div className="two">
                  <span>
                    <Health of={one} />
                  </span>
                  {one.state_reason && <span className="l2">{shown(one.state_reason)}</span>}
                </div>
              </td>
              <td>
                <span className="inline-label">{say("channels.col.last")} </span>
                {one.last_inbound_at ? (
                  <time dateTime={one.last_inbound_at}>{moment(one.last_inbound_at, language, zone)}</time>
                ) : (
                  say("channels.never")
                )}
              </td>
              <td>
                <span className="inline-label">{say("channels.col.test")} </span>
                {one.check ? (
                  <>
                    {say(`check.${one.check.state}`)}
                    <span className="muted small"> · {moment(one.check.checked_at, language, zone)}</span>
                  </>
                ) : (
                  <span className="muted">{say("channels.untested")}</span>
                )}
              </td>
              <td>
                {lane ? (
                  <Link to="/envois?file=attente">{say("channels.waiting", { n: lane.waiting })}</Link>
                ) : (
                  <span className="muted">{say("channels.flowing")}</span>
                )}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
