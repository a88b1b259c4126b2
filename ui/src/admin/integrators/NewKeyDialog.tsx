import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useMe } from "../../api/house";
import { ActDialog } from "../parts/ActDialog";
import { FormField, Tick } from "../parts/FormField";
import { ShownOnce } from "../parts/ShownOnce";
import { useDoing } from "../parts/useDoing";
import { sayCode, useAdmin } from "../words";
import { made, type Scope } from "./queries";

/** Makes a key: what for, what it may do, until when. It never has more rights than its maker. */
export function NewKeyDialog({ onClose }: { onClose: () => void }) {
  const say = useAdmin();
  const me = useMe();
  const client = useQueryClient();
  const doing = useDoing();
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<readonly string[]>([]);
  const [ends, setEnds] = useState("");
  const [tried, setTried] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);

  async function make(): Promise<void> {
    setTried(true);
    if (!name.trim() || scopes.length === 0) return;
    await doing.run(async () => {
      const key = await made({
        name: name.trim(),
        scopes: scopes as Scope[],
        expires_at: ends ? `${ends}T23:59:59Z` : null,
      });
      setSecret(key.key);
      void client.invalidateQueries({ queryKey: ["keys"] });
    });
  }

  if (secret) return <ShownOnce title={say("keys.made")} secret={secret} onClose={onClose} />;
  return (
    <ActDialog
      title={say("keys.make")}
      act={say("keys.make")}
      busy={doing.busy}
      problem={doing.problem}
      onAct={() => void make()}
      onClose={onClose}
    >
      <FormField
        label={say("keys.name")}
        hint={say("keys.name.hint")}
        wrong={tried && !name.trim() && say("field.required")}
      >
        {(described) => (
          <input
            {...described}
            className="input"
            maxLength={100}
            autoComplete="off"
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </FormField>
      <fieldset>
        <legend>{say("keys.rights")}</legend>
        {tried && scopes.length === 0 && <p className="err-m">{say("keys.rights.missing")}</p>}
        {me.scopes.map((one) => (
          <Tick
            key={one}
            label={sayCode(say, "scope", one)}
            hint={one}
            checked={scopes.includes(one)}
            onChange={(on) => setScopes((all) => (on ? [...all, one] : all.filter((had) => had !== one)))}
          />
        ))}
      </fieldset>
      <FormField label={say("keys.ends")} hint={say("keys.ends.hint")}>
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
    </ActDialog>
  );
}
