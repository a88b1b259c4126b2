import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTell } from "../../parts/toasts";
import { ActDialog } from "../parts/ActDialog";
import { FormField, Tick } from "../parts/FormField";
import { useDoing } from "../parts/useDoing";
import { useAdmin } from "../words";
import type { Channel } from "./health";
import { type ChannelType, channelQuery, renewed, schemaOf } from "./queries";
import { type Field, keepsOld } from "./schema";

/** A new secret in the place of one: tried with the provider first, the old one still accepted for a while where it can be. */
export function RotateDialog({
  channel,
  type,
  field,
  onClose,
}: {
  channel: Channel;
  type: ChannelType;
  field: Field;
  onClose: () => void;
}) {
  const say = useAdmin();
  const client = useQueryClient();
  const tell = useTell();
  const doing = useDoing();
  const [typed, setTyped] = useState("");
  const [missing, setMissing] = useState(false);
  const [ends, setEnds] = useState("");
  const overlaps = keepsOld(schemaOf(type), field.name) && channel.secrets_set.includes(field.name);
  const [keeps, setKeeps] = useState(overlaps);
  const probes = type.protocols.includes("probe");
  const [test, setTest] = useState(true);
  const many = field.kind === "secrets";
  const lines = typed
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);

  async function rotate(): Promise<void> {
    setMissing(lines.length === 0);
    if (lines.length === 0) return;
    const done = await doing.run(async (name) => {
      const changed = await renewed(
        channel,
        {
          config: { [field.name]: many ? lines : typed.trim() },
          keep_previous: keeps,
          credentials_expire_at: ends ? `${ends}T00:00:00Z` : null,
        },
        { test: probes && test, name },
      );
      client.setQueryData(channelQuery(channel.id).queryKey, changed);
      void client.invalidateQueries({ queryKey: ["channels"], exact: true });
    });
    if (!done) return;
    tell(say("secrets.replaced"));
    onClose();
  }

  return (
    <ActDialog
      title={say("secrets.rotate")}
      act={say("secrets.save")}
      busy={doing.busy}
      problem={doing.problem}
      onAct={() => void rotate()}
      onClose={onClose}
    >
      <p className="soft">{field.label}</p>
      <FormField
        label={say("secrets.new")}
        hint={many ? `${say("secrets.many")} ${say("field.lines")}` : say("secrets.once")}
        wrong={missing && say("field.required")}
      >
        {(described) =>
          many ? (
            <textarea
              {...described}
              className="area"
              rows={3}
              spellCheck={false}
              autoComplete="off"
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
          ) : (
            <input
              {...described}
              className="input"
              type="password"
              autoComplete="new-password"
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
          )
        }
      </FormField>
      {overlaps && (
        <Tick
          label={say("secrets.keep")}
          hint={say("secrets.keep.hint")}
          checked={keeps}
          onChange={setKeeps}
        />
      )}
      <FormField label={say("secrets.ends")} hint={say("secrets.ends.hint")}>
        {(described) => (
          <input
            {...described}
            className="input narrow"
            type="date"
            value={ends}
            onChange={(event) => setEnds(event.target.value)}
          />
        )}
      </FormField>
      {probes && (
        <Tick label={say("connect.test")} hint={say("connect.test.hint")} checked={test} onChange={setTest} />
      )}
    </ActDialog>
  );
}
