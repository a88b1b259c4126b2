import { useState } from "react";
import { shown } from "../../text/unseen";
import { ActWords } from "../../ticket/ActWords";
import { useAdmin } from "../words";
import { changedMacro, type Macro, macrosQuery, madeMacro, readMacro } from "./queries";
import { ReadyDialog } from "./ReadyDialog";
import { StepsFields } from "./StepsFields";
import { actOf, KINDS, lacks, newStep, type Step, stepsOf } from "./steps";

/** Keeps a macro, or changes one: its acts, one after the other, in the order they are done. */
export function MacroDialog({ macro, onClose }: { macro: Macro | null; onClose: () => void }) {
  const say = useAdmin();
  const [steps, setSteps] = useState<readonly Step[]>(() => stepsOf(macro));
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
        <StepsFields
          steps={steps}
          kinds={kinds}
          first="note"
          make={newStep}
          tried={tried}
          refused={(pointer) => problem?.places.find((one) => one.pointer.startsWith(pointer))?.detail}
          onChange={setSteps}
        />
      )}
    </ReadyDialog>
  );
}
