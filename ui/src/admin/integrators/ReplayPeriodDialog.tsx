import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTell } from "../../parts/toasts";
import { ActDialog } from "../parts/ActDialog";
import { FormField } from "../parts/FormField";
import { useDoing } from "../parts/useDoing";
import { useAdmin } from "../words";
import { replayedPeriod, type Webhook } from "./queries";

/** Sends again the facts of a period: what a receiver lost is not lost. */
export function ReplayPeriodDialog({ webhook, onClose }: { webhook: Webhook; onClose: () => void }) {
  const say = useAdmin();
  const client = useQueryClient();
  const tell = useTell();
  const doing = useDoing();
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const [tried, setTried] = useState(false);
  async function replay(): Promise<void> {
    setTried(true);
    if (!from || !to) return;
    const done = await doing.run(async (name) => {
      const body = { from: new Date(from).toISOString(), to: new Date(to).toISOString(), types: [] };
      tell(say("webhooks.replayed", { n: (await replayedPeriod(webhook, body, name)).deliveries }));
      void client.invalidateQueries({ queryKey: ["webhooks", webhook.id] });
    });
    if (done) onClose();
  }
  return (
    <ActDialog
      title={say("webhooks.replay.title")}
      act={say("webhooks.replay")}
      busy={doing.busy}
      problem={doing.problem}
      onAct={() => void replay()}
      onClose={onClose}
    >
      <p>{say("webhooks.replay.effect")}</p>
      {(
        [
          ["from", from, setFrom],
          ["to", to, setTo],
        ] as const
      ).map(([name, value, set]) => (
        <FormField
          key={name}
          label={say(`webhooks.replay.${name}`)}
          hint={say("webhooks.replay.hour")}
          wrong={tried && !value && say("field.required")}
        >
          {(described) => (
            <input
              {...described}
              className="input narrow"
              type="datetime-local"
              value={value}
              onChange={(event) => set(event.target.value)}
            />
          )}
        </FormField>
      ))}
    </ActDialog>
  );
}
