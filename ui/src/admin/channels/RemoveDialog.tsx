import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate } from "react-router";
import { useTell } from "../../parts/toasts";
import { shown } from "../../text/unseen";
import { ActDialog } from "../parts/ActDialog";
import { FormField } from "../parts/FormField";
import { useDoing } from "../parts/useDoing";
import { useAdmin } from "../words";
import type { Channel } from "./health";
import { removed } from "./queries";

/** Removes a channel once its name was typed again: its door shuts for good, its secrets are destroyed. */
export function RemoveDialog({ channel, onClose }: { channel: Channel; onClose: () => void }) {
  const say = useAdmin();
  const client = useQueryClient();
  const navigate = useNavigate();
  const tell = useTell();
  const doing = useDoing();
  const [typed, setTyped] = useState("");
  const [wrong, setWrong] = useState(false);

  async function remove(): Promise<void> {
    setWrong(typed.trim() !== channel.name);
    if (typed.trim() !== channel.name) return;
    const done = await doing.run(async () => {
      await removed(channel);
    });
    if (!done) return;
    onClose();
    tell(say("channel.removed"));
    navigate("/reglages/canaux");
    client.removeQueries({ queryKey: ["channels", channel.id] });
    void client.invalidateQueries({ queryKey: ["channels"] });
  }

  return (
    <ActDialog
      title={say("channel.remove.title")}
      act={say("channel.remove")}
      danger
      busy={doing.busy}
      problem={doing.problem}
      onAct={() => void remove()}
      onClose={onClose}
    >
      <p>{say("channel.remove.effect")}</p>
      <FormField
        label={say("channel.remove.type", { name: shown(channel.name) })}
        wrong={wrong && say("channel.remove.wrong")}
      >
        {(described) => (
          <input
            {...described}
            className="input"
            autoComplete="off"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        )}
      </FormField>
    </ActDialog>
  );
}
