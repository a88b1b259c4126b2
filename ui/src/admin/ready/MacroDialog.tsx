import { useState } from "react";
import { shown } from "../../text/unseen";
import { ActWords } from "../../ticket/ActWords";
import { FormField } from "../parts/FormField";
import { useAdmin } from "../words";
import { changedMacro, type Macro, macrosQuery, madeMacro, readMacro } from "./queries";
import { ReadyDialog } from "./ReadyDialog";
import { StepFields } from "./StepFields";
import { actOf, KINDS, type Kind, lacks, moved, newStep, type Step, stepsOf } from "./steps";

/** Keeps a macro, or changes one: its acts, one after the other, in the order they are done. */
export function MacroDialog({ macro, onClose }: { macro: Macro | null; onClose: () => void }) {
  const say = useAdmin();
  const [steps, setSteps] = useState<readonly Step[]>(() => stepsOf(macro));
  const [next, setNext] = useState<Kind>("note");
  const answers = steps.some((one) => one.kind === "reply");
  const kinds = KINDS.filter((one) => one !== "reply" || !answers);

  return (
    <ReadyDialog
      one={macro}
      title={say("macro.make")}
      isWhole={() => steps.length > 0 && !steps.some(lacks)}
      make={(kept, act) => madeMacro({ ...kept, acts: steps.map(actOf) }, act)}
      change={(read, name) => changedMacro(read, { name, acts: steps.map(actOf) })}
      reread={readMacro}
      theirs={(there) => (
        <>
          {shown(there.name)}
          <ol>
            {there.acts.map((act, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: acts are known by their place, and do not move
              <li key={at}>
                <ActWords act={act} />
                {act.text && (
                  <pre className="raw" lang={act.language ?? undefined}>
                    {act.text}
                  </pre>
                )}
              </li>
            ))}
          </ol>
        </>
      )}
      take={(there) => setSteps(stepsOf(there))}
      listed={macrosQuery.queryKey}
      onClose={onClose}
    >
      {({ tried, problem }) => (
        <>
          {steps.map((step, place) => (
            <StepFields
              key={step.key}
              step={step}
              place={place}
              last={place === steps.length - 1}
              wrong={
                problem?.places.find((one) => one.pointer.startsWith(`/acts/${place}/`))?.detail ??
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
        </>
      )}
    </ReadyDialog>
  );
}
