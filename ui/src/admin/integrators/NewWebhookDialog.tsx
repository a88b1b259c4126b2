import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ActDialog } from "../parts/ActDialog";
import { FormField } from "../parts/FormField";
import { ShownOnce } from "../parts/ShownOnce";
import { useDoing } from "../parts/useDoing";
import { useAdmin } from "../words";
import { hooked } from "./queries";

const lines = (words: string): string[] =>
  words
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);

/** Makes a webhook: an address of an integrator that Parvis calls for each fact it asks for. */
export function NewWebhookDialog({ onClose }: { onClose: () => void }) {
  const say = useAdmin();
  const client = useQueryClient();
  const doing = useDoing();
  const [name, setName] = useState("");
  const [url, setUrl] = useState("");
  const [types, setTypes] = useState("");
  const [tried, setTried] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  if (secret) return <ShownOnce title={say("webhooks.made")} secret={secret} onClose={onClose} />;
  const said = (pointer: string): string | undefined =>
    doing.problem?.places.find((place) => place.pointer.startsWith(pointer))?.detail;

  async function make(): Promise<void> {
    setTried(true);
    if (!name.trim() || !url.trim()) return;
    await doing.run(async () => {
      setSecret((await hooked({ name: name.trim(), url: url.trim(), types: lines(types) })).secret);
      void client.invalidateQueries({ queryKey: ["webhooks"] });
    });
  }

  return (
    <ActDialog
      title={say("webhooks.make")}
      act={say("webhooks.make")}
      busy={doing.busy}
      problem={doing.problem}
      onAct={() => void make()}
      onClose={onClose}
    >
      <FormField
        label={say("webhooks.name")}
        wrong={(tried && !name.trim() && say("field.required")) || said("/name")}
      >
        {(described) => (
          <input
            {...described}
            className="input"
            autoComplete="off"
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </FormField>
      <FormField
        label={say("webhooks.url")}
        hint={say("webhooks.url.hint")}
        wrong={(tried && !url.trim() && say("field.required")) || said("/url")}
      >
        {(described) => (
          <input
            {...described}
            className="input"
            type="url"
            autoComplete="off"
            value={url}
            onChange={(event) => setUrl(event.target.value)}
          />
        )}
      </FormField>
      <FormField
        label={say("webhooks.types")}
        hint={`${say("webhooks.types.hint")} ${say("field.lines")}`}
        wrong={said("/types")}
      >
        {(described) => (
          <textarea
            {...described}
            className="area"
            rows={3}
            spellCheck={false}
            value={types}
            onChange={(event) => setTypes(event.target.value)}
          />
        )}
      </FormField>
    </ActDialog>
  );
}
