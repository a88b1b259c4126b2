import { useAdmin } from "../words";
import { FormField } from "./FormField";

const HOURS = [0, 1, 24, 72, 168] as const;

/** For how long the old one goes on beside the new. */
export function OverlapField({ hours, onChange }: { hours: number; onChange: (hours: number) => void }) {
  const say = useAdmin();
  return (
    <FormField label={say("overlap.label")}>
      {(described) => (
        <select
          {...described}
          className="select narrow"
          value={hours}
          onChange={(event) => onChange(Number(event.target.value))}
        >
          {HOURS.map((one) => (
            <option key={one} value={one}>
              {say(`overlap.${one}`)}
            </option>
          ))}
        </select>
      )}
    </FormField>
  );
}
