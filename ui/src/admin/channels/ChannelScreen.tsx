import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useParams } from "react-router";
import { begin } from "../../api/begin";
import { beginNames, useMay, useZone } from "../../api/house";
import { useWords } from "../../i18n";
import { lanesQuery } from "../../outbox/queries";
import { channelPicture } from "../../parts/Channel";
import { Icon } from "../../parts/Icon";
import { ReasonDialog } from "../../parts/ReasonDialog";
import { useTell } from "../../parts/toasts";
import { moment } from "../../text/dates";
import { shown } from "../../text/unseen";
import { Frame } from "../Frame";
import { Refusal } from "../parts/Refusal";
import { useDoing } from "../parts/useDoing";
import { Waiting } from "../parts/Waiting";
import { useAdmin } from "../words";
import { Door } from "./Door";
import { Health } from "./HealthMark";
import type { Channel } from "./health";
import { LastTest } from "./LastTest";
import { changedChannel, channelQuery, historyQuery, tested, typesQuery } from "./queries";
import { RemoveDialog } from "./RemoveDialog";
import { Secrets } from "./Secrets";
import { SettingsForm } from "./SettingsForm";
import { Standing } from "./Standing";
import { Templates } from "./Templates";

/** S10, one channel: its settings, what its provider is given, how it fares, and what may be done with it. */
export default function ChannelScreen() {
  const say = useAdmin();
  const id = useParams().id ?? "";
  const may = useMay("channels:admin");
  const client = useQueryClient();
  const sends = useMay("tickets:read");
  const audits = useMay("audit:read");
  if (may) {
    begin(client, channelQuery(id));
    if (sends) begin(client, lanesQuery);
    if (audits) {
      begin(client, historyQuery(id));
      beginNames(client);
    }
  }
  const channel = useQuery({ ...channelQuery(id), enabled: may });
  const types = useQuery({ ...typesQuery, enabled: may });
  const found = channel.data;
  return (
    <Frame
      title={found ? shown(found.name) : say("part.channels")}
      scope="channels:admin"
      under={found && <Under channel={found} />}
      acts={found && <Acts channel={found} />}
    >
      <Waiting asked={channel}>
        {(one) => {
          const type = types.data?.find((known) => known.type === one.type);
          return (
            <div className="split">
              <div className="pad settings-pane stack-5">
                {one.capabilities === null && (
                  <p className="notice danger">
                    <Icon name="warn" />
                    <span>{one.state_reason ?? say("health.broken")}</span>
                  </p>
                )}
                <Door channel={one} type={type} />
                {type?.usable ? (
                  <>
                    <Secrets channel={one} type={type} />
                    <SettingsForm key={one.id} channel={one} type={type} />
                  </>
                ) : (
                  <Waiting asked={types}>{() => <p>{say("channel.no_form")}</p>}</Waiting>
                )}
              </div>
              <div className="pad stack-5">
                <Standing channel={one} />
                <LastTest channel={one} />
                {one.capabilities?.after_window === "template" && <Templates channel={one} />}
              </div>
            </div>
          );
        }}
      </Waiting>
    </Frame>
  );
}

function Under({ channel }: { channel: Channel }) {
  const say = useAdmin();
  const { language } = useWords();
  const zone = useZone();
  return (
    <p className="small">
      <Icon name={channelPicture(channel.type)} /> <Health of={channel} />{" "}
      <span className="muted">
        ·{" "}
        {channel.last_inbound_at
          ? say("channel.last", { at: moment(channel.last_inbound_at, language, zone) })
          : say("channels.never")}
      </span>{" "}
      · <Link to="/reglages/canaux">{say("channel.all")}</Link>
    </p>
  );
}

function Acts({ channel }: { channel: Channel }) {
  const say = useAdmin();
  const client = useQueryClient();
  const tell = useTell();
  const [opened, setOpened] = useState<"pause" | "remove" | null>(null);
  const doing = useDoing();
  const testing = useDoing();
  const paused = channel.state === "paused";
  const close = () => setOpened(null);

  function keep(changed: Channel): void {
    client.setQueryData(channelQuery(channel.id).queryKey, changed);
    void client.invalidateQueries({ queryKey: ["channels"], exact: true });
    void client.invalidateQueries({ queryKey: ["channels", channel.id, "history"] });
  }

  return (
    <>
      {channel.capabilities && (
        <>
          {paused ? (
            <button
              className="btn"
              type="button"
              disabled={doing.busy}
              onClick={() =>
                void doing.run(async () => {
                  keep(await changedChannel(channel, { state: "active" }));
                  tell(say("channel.resumed"));
                })
              }
            >
              {say("channel.resume")}
            </button>
          ) : (
            <button className="btn" type="button" aria-haspopup="dialog" onClick={() => setOpened("pause")}>
              {say("channel.pause")}
            </button>
          )}
          <button
            className="btn"
            type="button"
            disabled={testing.busy}
            onClick={() =>
              void testing.run(async () => {
                const check = await tested(channel);
                await client.invalidateQueries({ queryKey: ["channels"] });
                tell(say(`check.${check.state}`));
              })
            }
          >
            <Icon name="again" />
            {testing.busy ? say("channel.testing") : say("channel.test")}
          </button>
        </>
      )}
      <button className="btn danger" type="button" aria-haspopup="dialog" onClick={() => setOpened("remove")}>
        {say("channel.remove")}
      </button>
      {(doing.problem ?? testing.problem) && (
        <div className="whole">
          <Refusal problem={(doing.problem ?? testing.problem) as NonNullable<typeof doing.problem>} />
        </div>
      )}
      {opened === "pause" && (
        <ReasonDialog
          title={say("channel.pause.title")}
          act={say("channel.pause")}
          onClose={close}
          onAct={async (reason) => {
            keep(await changedChannel(channel, { state: "paused", reason: reason.slice(0, 300) }));
            tell(say("channel.paused"));
          }}
        >
          <p>{say("channel.pause.effect")}</p>
        </ReasonDialog>
      )}
      {opened === "remove" && <RemoveDialog channel={channel} onClose={close} />}
    </>
  );
}
