import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useNavigate, useParams, useSearchParams } from "react-router";
import { begin, beginList } from "../../api/begin";
import { useMay, useZone } from "../../api/house";
import { useWords } from "../../i18n";
import { Icon } from "../../parts/Icon";
import { useTell } from "../../parts/toasts";
import { moment } from "../../text/dates";
import { shown } from "../../text/unseen";
import { Frame } from "../Frame";
import { ActDialog } from "../parts/ActDialog";
import { OverlapField } from "../parts/OverlapField";
import { Refusal } from "../parts/Refusal";
import { ShownOnce } from "../parts/ShownOnce";
import { useDoing } from "../parts/useDoing";
import { Waiting } from "../parts/Waiting";
import { useAdmin } from "../words";
import { Deliveries, stateOf } from "./Deliveries";
import {
  changedWebhook,
  deliveriesQuery,
  rotatedWebhook,
  triedWebhook,
  unhooked,
  type Webhook,
  webhookQuery,
} from "./queries";
import { ReplayPeriodDialog } from "./ReplayPeriodDialog";
import { WebhookMark } from "./WebhookTable";

/** One webhook: how its calls fare, each of them, and what may be done. */
export default function WebhookScreen() {
  const say = useAdmin();
  const id = useParams().id ?? "";
  const client = useQueryClient();
  const may = useMay("webhooks:admin");
  const [address] = useSearchParams();
  if (may) {
    begin(client, webhookQuery(id));
    beginList(client, deliveriesQuery(id, stateOf(address)));
  }
  const asked = useQuery({ ...webhookQuery(id), enabled: may });
  return (
    <Frame
      title={asked.data ? shown(asked.data.name) : say("webhooks.tab")}
      scope="webhooks:admin"
      under={
        asked.data && (
          <p className="small">
            <WebhookMark of={asked.data} /> <span className="muted">· {shown(asked.data.url)} ·</span>{" "}
            <Link to="/reglages/integrateurs?vue=webhooks">{say("webhooks.back")}</Link>
          </p>
        )
      }
      acts={asked.data && <Acts webhook={asked.data} />}
    >
      <div className="scroll">
        <Waiting asked={asked}>
          {(webhook) => (
            <>
              {webhook.state === "disabled" && <Disabled webhook={webhook} />}
              <Deliveries webhook={webhook} />
            </>
          )}
        </Waiting>
      </div>
    </Frame>
  );
}

function Disabled({ webhook }: { webhook: Webhook }) {
  const say = useAdmin();
  const { language } = useWords();
  const zone = useZone();
  return (
    <p className="notice danger lane">
      <Icon name="warn" />
      <span>
        <b>
          {say("webhooks.disabled", {
            at: webhook.disabled_at ? moment(webhook.disabled_at, language, zone) : "",
          })}
        </b>{" "}
        {webhook.reason} {say("webhooks.disabled.advice")}
      </span>
    </p>
  );
}

function Acts({ webhook }: { webhook: Webhook }) {
  const say = useAdmin();
  const client = useQueryClient();
  const navigate = useNavigate();
  const tell = useTell();
  const doing = useDoing();
  const [opened, setOpened] = useState<"rotate" | "replay" | "remove" | null>(null);
  const [hours, setHours] = useState(24);
  const [secret, setSecret] = useState<string | null>(null);
  const close = () => setOpened(null);
  const open = (what: typeof opened) => {
    doing.clear();
    setOpened(what);
  };
  const reread = () => client.invalidateQueries({ queryKey: ["webhooks"] });
  const active = webhook.state === "active";
  return (
    <>
      <button
        className="btn"
        type="button"
        disabled={doing.busy}
        onClick={() =>
          void doing.run(async () => {
            const told = await triedWebhook(webhook);
            void reread();
            tell(say(`delivery.${told.state}`));
          })
        }
      >
        {say("webhooks.try")}
      </button>
      <button
        className="btn"
        type="button"
        disabled={doing.busy}
        onClick={() =>
          void doing.run(async () => {
            await changedWebhook(webhook, { state: active ? "paused" : "active" });
            await reread();
          })
        }
      >
        {say(active ? "webhooks.pause" : "webhooks.resume")}
      </button>
      <button className="btn" type="button" aria-haspopup="dialog" onClick={() => open("replay")}>
        {say("webhooks.replay")}
      </button>
      <button className="btn" type="button" aria-haspopup="dialog" onClick={() => open("rotate")}>
        {say("webhooks.rotate")}
      </button>
      <button className="btn danger" type="button" aria-haspopup="dialog" onClick={() => open("remove")}>
        {say("webhooks.remove")}
      </button>
      {doing.problem && !opened && (
        <div className="whole">
          <Refusal problem={doing.problem} />
        </div>
      )}
      {opened === "replay" && <ReplayPeriodDialog webhook={webhook} onClose={close} />}
      {opened === "rotate" && (
        <ActDialog
          title={say("webhooks.rotate.title")}
          act={say("webhooks.rotate")}
          busy={doing.busy}
          problem={doing.problem}
          onAct={() =>
            void doing.run(async () => {
              setSecret((await rotatedWebhook(webhook, hours)).secret);
              close();
            })
          }
          onClose={close}
        >
          <p>{say("webhooks.rotate.effect")}</p>
          <OverlapField hours={hours} onChange={setHours} />
        </ActDialog>
      )}
      {opened === "remove" && (
        <ActDialog
          title={say("webhooks.remove.title")}
          act={say("webhooks.remove")}
          danger
          busy={doing.busy}
          problem={doing.problem}
          onAct={() =>
            void doing.run(async () => {
              await unhooked(webhook);
              navigate("/reglages/integrateurs?vue=webhooks");
              void reread();
              tell(say("webhooks.removed"));
            })
          }
          onClose={close}
        >
          <p>{say("webhooks.remove.effect")}</p>
        </ActDialog>
      )}
      {secret && (
        <ShownOnce title={say("webhooks.rotated")} secret={secret} onClose={() => setSecret(null)} />
      )}
    </>
  );
}
