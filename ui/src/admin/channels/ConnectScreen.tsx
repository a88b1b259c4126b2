import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { useMay } from "../../api/house";
import { useWords } from "../../i18n";
import { Empty } from "../../parts/Empty";
import { useTell } from "../../parts/toasts";
import { Frame } from "../Frame";
import { Tick } from "../parts/FormField";
import { Refusal } from "../parts/Refusal";
import { useDoing } from "../parts/useDoing";
import { Waiting } from "../parts/Waiting";
import { useAdmin } from "../words";
import { NameField } from "./NameField";
import { type ChannelType, channelQuery, connected, nameOf, schemaOf, typesQuery } from "./queries";
import { SettingsFields } from "./SettingsFields";
import { fieldsOf, written } from "./schema";
import { flawsOf, focusOn, useSettings } from "./useSettings";

/** Connecting a channel: its type's own form, tried with its provider before anything is kept. */
export default function ConnectScreen() {
  const say = useAdmin();
  const { language } = useWords();
  const wanted = useParams().type;
  const types = useQuery({ ...typesQuery, enabled: useMay("channels:admin") });
  const type = types.data?.find((one) => one.type === wanted);
  return (
    <Frame
      title={type ? say("connect.title", { name: nameOf(type, language) }) : say("types.title")}
      scope="channels:admin"
      under={
        <p className="small">
          <Link to="/reglages/canaux/nouveau">{say("connect.back")}</Link>
        </p>
      }
    >
      <div className="scroll pad">
        <Waiting asked={types}>
          {() =>
            type?.usable ? (
              <ConnectForm key={type.type} type={type} />
            ) : (
              <Empty title={say("connect.unknown")} advice={type?.reason ?? undefined} />
            )
          }
        </Waiting>
      </div>
    </Frame>
  );
}

function ConnectForm({ type }: { type: ChannelType }) {
  const say = useAdmin();
  const { language } = useWords();
  const navigate = useNavigate();
  const client = useQueryClient();
  const tell = useTell();
  const fields = fieldsOf(schemaOf(type), language);
  const settings = useSettings(fields, written(fields));
  const [name, setName] = useState(nameOf(type, language));
  const [unnamed, setUnnamed] = useState(false);
  const probes = type.protocols.includes("probe");
  const [test, setTest] = useState(true);
  const doing = useDoing();
  const { beside, above } = flawsOf(doing.problem, fields);

  async function connect(): Promise<void> {
    const config = settings.read();
    setUnnamed(!name.trim());
    if (!name.trim()) focusOn("channel_name");
    if (!config || !name.trim()) return;
    const address = type.type === "email" && typeof config.address === "string" ? config.address : null;
    await doing.run(async (act) => {
      const made = await connected(
        { type: type.type, name: name.trim(), address, config },
        { test: probes && test, name: act },
      );
      client.setQueryData(channelQuery(made.id).queryKey, made);
      void client.invalidateQueries({ queryKey: ["channels"], exact: true });
      tell(say("connect.done"));
      navigate(`/reglages/canaux/${made.id}`);
    });
  }

  return (
    <form
      className="settings stack-5"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void connect();
      }}
    >
      <NameField value={name} unnamed={unnamed} onChange={setName} />
      <SettingsFields
        fields={fields}
        typed={settings.typed}
        onType={settings.onType}
        wrong={{ ...beside, ...settings.faults }}
      />
      {probes && (
        <Tick label={say("connect.test")} hint={say("connect.test.hint")} checked={test} onChange={setTest} />
      )}
      {doing.problem && <Refusal problem={doing.problem} above={above} />}
      <p className="row">
        <button className="btn primary" type="submit" disabled={doing.busy}>
          {doing.busy ? say(probes && test ? "connect.testing" : "connect.saving") : say("channels.connect")}
        </button>
        <Link className="btn" to="/reglages/canaux">
          {say("connect.cancel")}
        </Link>
      </p>
    </form>
  );
}
