import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { ReasonDialog } from "../../parts/ReasonDialog";
import { useTell } from "../../parts/toasts";
import { FormField, Tick } from "../parts/FormField";
import { useAdmin } from "../words";
import { type InFull, withdrawn } from "./queries";

/** Takes our word on a procedure back: from a day on, or as if it had never been said. */
export function WithdrawDialog({ procedure, onClose }: { procedure: InFull; onClose: () => void }) {
  const say = useAdmin();
  const client = useQueryClient();
  const tell = useTell();
  const [since, setSince] = useState("");
  const [mistaken, setMistaken] = useState(false);
  const day = useRef<HTMLInputElement>(null);
  const [half, setHalf] = useState(false);
  /** A day half typed has no value: taken for none, it would mean today. */
  function isSaid(): boolean {
    const bad = day.current?.validity.badInput ?? false;
    setHalf(bad);
    if (bad) day.current?.focus();
    return !bad;
  }
  return (
    <ReasonDialog
      title={say("procedure.withdraw.title", { code: procedure.code })}
      act={say("procedure.withdraw")}
      onClose={onClose}
      ready={isSaid}
      onAct={async (reason, name) => {
        await withdrawn(procedure.code, { reason, mistaken, since: mistaken ? null : since || null }, name);
        await client.invalidateQueries({ queryKey: ["procedures"] });
        tell(say("procedure.withdraw.done"));
      }}
    >
      <p>{say(procedure.national ? "procedure.withdraw.effect.national" : "procedure.withdraw.effect")}</p>
      {!mistaken && (
        <FormField
          label={say("procedure.withdraw.since")}
          hint={say("procedure.withdraw.since.hint")}
          wrong={half && say("field.day")}
        >
          {(described) => (
            <input
              {...described}
              ref={day}
              className="input narrow"
              type="date"
              value={since}
              onChange={(event) => setSince(event.target.value)}
            />
          )}
        </FormField>
      )}
      <Tick
        label={say("procedure.withdraw.mistaken")}
        hint={say("procedure.withdraw.mistaken.hint")}
        checked={mistaken}
        onChange={setMistaken}
      />
    </ReasonDialog>
  );
}
