import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTell } from "../../parts/toasts";
import { shown } from "../../text/unseen";
import { ActWords } from "../../ticket/ActWords";
import { ActDialog } from "../parts/ActDialog";
import { FormField } from "../parts/FormField";
import { Moved } from "../parts/Moved";
import { TextField } from "../parts/TextField";
import { useDoing } from "../parts/useDoing";
import { useAdmin } from "../words";
import { OwnerField } from "./OwnerField";
import { changedMacro, type Macro, macrosQuery, madeMacro, type Owner, readMacro } from "./queries";
import { StepFields } from "./StepFields";
import { actOf, KINDS, type Kind, lacks, moved, newStep, type Step, stepsOf } from "./steps";

/** Keeps a macro, or changes one: its acts, one after the other, in the order they are done. */
export function MacroDialog({ macro, onClose }: { macro: Macro | null; onClose: () => void }) {
  const say = useAdmin();
  const client = useQueryClient();
  const tell = useTell();
  const doing = useDoing();
  const [read, setRead] = useState(macro);
  const [name, setName] = useState(macro?.name ?? "");
  const [steps, setSteps] = useState<readonly Step[]>(() => stepsOf(macro));
  const [next, setNext] = useState<Kind>("note");
  const [owner, setOwner] = useState<Owner>("person");
  const [team, setTeam] = useState("");
  const [tried, setTried] = useState(false);
  const answers = steps.some((one) => one.kind === "reply");
  const kinds = KINDS.filter((one) => one !== "reply" || !answers);

  async function save(): Promise<void> {
    setTried(true);
    if (!name.trim() || steps.length === 0 || steps.some(lacks)) return;
    if (!read && owner === "team" && !team) return;
    const body = { name: name.trim(), acts: steps.map(actOf) };
    const done = await doing.run(async (act) => {
      if (read) await changedMacro(read, body);
      else await madeMacro({ ...body, owner, team_id: owner === "team" ? team : null, rank: 0 }, act);
      await client.invalidateQueries({ queryKey: macrosQuery.queryKey });
    });
    if (!done) return;
    tell(say("ready.saved"));
    onClose();
  }

  return (
    <ActDialog
      title={macro ? say("ready.change", { name: shown(macro.name) }) : say("macro.make")}
      act={say("people.save")}
      busy={doing.busy}
      problem={doing.problem?.status === 412 ? null : doing.problem}
      onAct={() => void save()}
      onClose={onClose}
    >
      {macro && doing.problem?.status === 412 && (
        <Moved
          problem={doing.problem}
          reread={() => readMacro(macro.id)}
          theirs={(there) => (
            <>
              {shown(there.name)}
              <ol>
                {there.acts.map((act, at) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: acts are known by their place, and do not move
                  <li key={at}>
                    <ActWords act={act} />
                  </li>
                ))}
              </ol>
            </>
          )}
          onTheirs={(there) => {
            setRead(there);
            setName(there.name);
            setSteps(stepsOf(there));
            doing.clear();
          }}
          onMine={(there) => {
            setRead(there);
            doing.clear();
          }}
        />
      )}
      <TextField
        label={say("ready.name")}
        wrong={tried && !name.trim() && say("field.required")}
        value={name}
        maxLength={80}
        onChange={setName}
      />
      {!macro && (
        <OwnerField
          owner={owner}
          team={team}
          wrong={tried && !team}
          onChange={(to, which) => {
            setOwner(to);
            setTeam(which);
          }}
        />
      )}
      {steps.map((step, place) => (
        <StepFields
          key={step.key}
          step={step}
          place={place}
          last={place === steps.length - 1}
          wrong={
            doing.problem?.places.find((one) => one.pointer.startsWith(`/acts/${place}/`))?.detail ??
            (tried && lacks(step) && say("field.required"))
          }
          onType={(changed) =>
            setSteps((all) => all.map((one) => (one.key === step.key ? { ...one, ...changed } : one)))
          }
          onMove={(by) => setSteps((all) => moved(all, place, by))}
          onDrop={() => setSteps((all) => all.filter((one) => one.key !== step.key))}
        />
      ))}
      <FormField label={say("macro.next")} wrong={tried && steps.length === 0 && say("macro.missing")}>
        {(described) => (
          <div className="row">
            <select
              {...described}
              className="select grow"
              value={kinds.includes(next) ? next : "note"}
              onChange={(event) => setNext(event.target.value as Kind)}
            >
              {kinds.map((one) => (
                <option key={one} value={one}>
                  {say(`macro.kind.${one}`)}
                </option>
              ))}
            </select>
            <button
              className="btn"
              type="button"
              onClick={() => setSteps((all) => [...all, newStep(kinds.includes(next) ? next : "note")])}
            >
              {say("macro.add")}
            </button>
          </div>
        )}
      </FormField>
    </ActDialog>
  );
}
