import { useState } from "react";
import { FormField } from "../parts/FormField";
import { useAdmin } from "../words";
import { StepFields } from "./StepFields";
import { type AnyKind, lacks, moved, type Step } from "./steps";

/** The acts of a macro or of an automation, one after the other in the order they are done, and the next one to add. */
export function StepsFields<K extends AnyKind>({
  steps,
  kinds,
  first,
  make,
  tried,
  refused,
  unsigned = false,
  onChange,
}: {
  steps: readonly Step<K>[];
  /** What may be added now, and which is offered. */
  kinds: readonly K[];
  first: K;
  make: (kind: K) => Step<K>;
  /** It was asked to be kept: what lacks is said. */
  tried: boolean;
  /** What the API says of an act. */
  refused: (pointer: string) => string | undefined;
  unsigned?: boolean;
  onChange: (change: (all: readonly Step<K>[]) => readonly Step<K>[]) => void;
}) {
  const say = useAdmin();
  const [chosen, setChosen] = useState<K>(first);
  const next = kinds.includes(chosen) ? chosen : first;
  return (
    <>
      {steps.map((step, place) => (
        <StepFields
          key={step.key}
          unsigned={unsigned}
          step={step}
          place={place}
          last={place === steps.length - 1}
          wrong={refused(`/acts/${place}/`) ?? (tried && lacks(step) && say("field.required"))}
          onType={(changed) =>
            onChange((all) => all.map((one) => (one.key === step.key ? { ...one, ...changed } : one)))
          }
          onMove={(by) => onChange((all) => moved(all, place, by))}
          onDrop={() => onChange((all) => all.filter((one) => one.key !== step.key))}
        />
      ))}
      <FormField label={say("macro.next")} wrong={tried && steps.length === 0 && say("macro.missing")}>
        {(described) => (
          <div className="row">
            <select
              {...described}
              className="select grow"
              value={next}
              onChange={(event) => setChosen(event.target.value as K)}
            >
              {kinds.map((one) => (
                <option key={one} value={one}>
                  {say(`macro.kind.${one}`)}
                </option>
              ))}
            </select>
            <button className="btn" type="button" onClick={() => onChange((all) => [...all, make(next)])}>
              {say("macro.add")}
            </button>
          </div>
        )}
      </FormField>
    </>
  );
}
