import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useZone } from "../../api/house";
import { useWords } from "../../i18n";
import { Icon } from "../../parts/Icon";
import { useTell } from "../../parts/toasts";
import { moment } from "../../text/dates";
import { Refusal } from "../parts/Refusal";
import { useDoing } from "../parts/useDoing";
import { useAdmin } from "../words";
import type { Channel } from "./health";
import { type ChannelType, changedChannel, channelQuery, schemaOf } from "./queries";
import { RotateDialog } from "./RotateDialog";
import { type Field, fieldsOf, isSecret, oldOf } from "./schema";

/** The secrets of a channel: given or not, never shown again; each may be replaced, an old one kept for a while or ended. */
export function Secrets({ channel, type }: { channel: Channel; type: ChannelType }) {
  const say = useAdmin();
  const { language } = useWords();
  const zone = useZone();
  const client = useQueryClient();
  const tell = useTell();
  const doing = useDoing();
  const [rotating, setRotating] = useState<Field | null>(null);
  const secrets = fieldsOf(schemaOf(type), language).filter(isSecret);
  if (secrets.length === 0) return null;
  const ends = channel.credentials_expire_at;

  return (
    <section aria-labelledby="secrets" className="panel stack settings">
      <h2 id="secrets">{say("secrets.title")}</h2>
      {(channel.state === "needs_reauth" || channel.state === "broken") && (
        <p className="notice danger">
          <Icon name="warn" />
          <span>{say("secrets.needed")}</span>
        </p>
      )}
      <ul className="lines">
        {secrets.map((field) => {
          const set = channel.secrets_set.includes(field.name);
          const old = channel.secrets_set.includes(oldOf(field.name));
          return (
            <li key={field.name} className="row between" data-secret={field.name}>
              <span className="grow">
                {field.label}
                <br />
                <span className="muted small">
                  {set && <Icon name="lock" />} {set ? say("secrets.set") : say("secrets.unset")}
                  {old && ` · ${say("secrets.old")}`}
                </span>
              </span>
              {old && (
                <button
                  className="btn sm"
                  type="button"
                  disabled={doing.busy}
                  onClick={() =>
                    void doing.run(async () => {
                      const changed = await changedChannel(channel, {
                        config: { [oldOf(field.name)]: null },
                      });
                      client.setQueryData(channelQuery(channel.id).queryKey, changed);
                      tell(say("secrets.ended"));
                    })
                  }
                >
                  {say("secrets.end")}
                </button>
              )}
              <button
                className="btn sm"
                type="button"
                aria-haspopup="dialog"
                onClick={() => setRotating(field)}
              >
                {set ? say("secrets.replace") : say("secrets.give")}
                <span className="vh"> {field.label}</span>
              </button>
            </li>
          );
        })}
      </ul>
      {ends && <p className="small soft">{say("secrets.expire", { at: moment(ends, language, zone) })}</p>}
      {doing.problem && <Refusal problem={doing.problem} />}
      {rotating && (
        <RotateDialog channel={channel} type={type} field={rotating} onClose={() => setRotating(null)} />
      )}
    </section>
  );
}
