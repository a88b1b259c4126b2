import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useWords } from "../../i18n";
import { useTell } from "../../parts/toasts";
import { Tick } from "../parts/FormField";
import { Refusal } from "../parts/Refusal";
import { useDoing } from "../parts/useDoing";
import { useAdmin } from "../words";
import type { Channel } from "./health";
import { NameField } from "./NameField";
import { type ChannelType, changedChannel, channelQuery, schemaOf } from "./queries";
import { SettingsFields } from "./SettingsFields";
import { fieldsOf, isSecret, written } from "./schema";
import { flawsOf, focusOn, useSettings } from "./useSettings";

/** The settings of a connected channel, all but its secrets. What somebody else changed meanwhile is never overwritten unseen. */
export function SettingsForm({ channel, type }: { channel: Channel; type: ChannelType }) {
  const say = useAdmin();
  const { language } = useWords();
  const client = useQueryClient();
  const tell = useTell();
  const fields = fieldsOf(schemaOf(type), language).filter((field) => !isSecret(field));
  // What was read when typing began: it is on this version that one decides.
  const [read, setRead] = useState(channel);
  const settings = useSettings(fields, written(fields, channel.config));
  const [name, setName] = useState(channel.name);
  const [unnamed, setUnnamed] = useState(false);
  const probes = type.protocols.includes("probe");
  const [test, setTest] = useState(probes);
  const doing = useDoing();
  const { beside, above } = flawsOf(doing.problem, fields);
  const begun =
    name !== read.name || JSON.stringify(settings.typed) !== JSON.stringify(written(fields, read.config));
  const moved = channel.version !== read.version;

  function restart(on: Channel): void {
    setRead(on);
    setName(on.name);
    settings.restart(written(fields, on.config));
    doing.clear();
  }
  // Nothing typed yet: what is there now is shown at once.
  if (moved && !begun) restart(channel);

  async function save(): Promise<void> {
    const config = settings.read();
    setUnnamed(!name.trim());
    if (!name.trim()) focusOn("channel_name");
    if (!config || !name.trim()) return;
    await doing.run(async () => {
      const changed = await changedChannel(read, { name: name.trim(), config }, { test: probes && test });
      client.setQueryData(channelQuery(channel.id).queryKey, changed);
      void client.invalidateQueries({ queryKey: ["channels"], exact: true });
      restart(changed);
      tell(say("channel.saved"));
    });
  }

  return (
    <form
      className="settings stack-5"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <h2>{say("channel.settings")}</h2>
      <NameField value={name} unnamed={unnamed} onChange={setName} />
      <SettingsFields
        fields={fields}
        typed={settings.typed}
        onType={settings.onType}
        wrong={{ ...beside, ...settings.faults }}
      />
      {moved && begun && (
        <div className="notice warn" role="status">
          <span className="grow">{say("channel.moved")}</span>
          <button className="btn sm" type="button" onClick={() => restart(channel)}>
            {say("channel.moved.theirs")}
          </button>
          <button
            className="btn sm"
            type="button"
            onClick={() => {
              setRead(channel);
              doing.clear();
            }}
          >
            {say("channel.moved.mine")}
          </button>
        </div>
      )}
      {doing.problem && (
        <>
          <Refusal problem={doing.problem} above={above} />
          {doing.problem.status === 412 && (
            <p>
              <button
                className="btn"
                type="button"
                onClick={() => void client.invalidateQueries({ queryKey: channelQuery(channel.id).queryKey })}
              >
                {say("channel.reread")}
              </button>
            </p>
          )}
        </>
      )}
      {probes && (
        <Tick label={say("connect.test")} hint={say("connect.test.hint")} checked={test} onChange={setTest} />
      )}
      <p>
        <button className="btn primary" type="submit" disabled={doing.busy}>
          {doing.busy ? say(probes && test ? "connect.testing" : "connect.saving") : say("channel.save")}
        </button>
      </p>
    </form>
  );
}
