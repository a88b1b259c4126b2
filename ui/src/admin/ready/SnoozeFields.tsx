import { FormField } from "../parts/FormField";
import { TextField } from "../parts/TextField";
import { useAdmin } from "../words";
import type { AnyKind, Step } from "./steps";

const SLEEPS = ["hours", "open", "answer"] as const;

/** Until when a request is set aside: for some hours, of opening or not, or until its person writes. */
export function SnoozeFields({
  step,
  wrong,
  onType,
}: {
  step: Step<AnyKind>;
  wrong: string | false | undefined;
  onType: (changed: Partial<Pick<Step, "which" | "hours">>) => void;
}) {
  const say = useAdmin();
  return (
    <>
      <FormField label={say("rule.snooze.until")}>
        {(described) => (
          <select
            {...described}
            className="select"
            value={step.which}
            onChange={(event) => onType({ which: event.target.value })}
          >
            {SLEEPS.map((one) => (
              <option key={one} value={one}>
                {say(`rule.snooze.${one}`)}
              </option>
            ))}
          </select>
        )}
      </FormField>
      {step.which !== "answer" && (
        <TextField
          label={say("rule.snooze.how_many")}
          hint={say("rule.snooze.term")}
          wrong={wrong || undefined}
          value={step.hours}
          maxLength={4}
          onChange={(hours) => onType({ hours })}
        />
      )}
      {step.which === "answer" && wrong && <p className="err-m">{wrong}</p>}
    </>
  );
}
