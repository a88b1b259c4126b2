import type { ReactNode } from "react";
import { FormField } from "./FormField";

/** One line of text in a field: browsers keep nothing of it. */
export function TextField({
  label,
  hint,
  wrong,
  value,
  onChange,
  ...more
}: {
  label: ReactNode;
  hint?: ReactNode;
  wrong?: ReactNode;
  value: string;
  onChange: (value: string) => void;
  name?: string;
  type?: "text" | "email";
  maxLength?: number;
  required?: boolean;
}) {
  return (
    <FormField label={label} hint={hint} wrong={wrong}>
      {(described) => (
        <input
          {...described}
          {...more}
          className="input"
          autoComplete="off"
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </FormField>
  );
}
