import { type ReactNode, useId } from "react";

export interface Described {
  id: string;
  "aria-describedby"?: string;
  "aria-invalid"?: boolean;
}

/** One field: its label, what helps to fill it, what is wrong with it, beside it. */
export function FormField({
  label,
  hint,
  wrong,
  wide = false,
  children,
}: {
  label: ReactNode;
  hint?: ReactNode;
  wrong?: ReactNode;
  wide?: boolean;
  children: (described: Described) => ReactNode;
}) {
  const id = useId();
  const about = [hint ? `${id}-h` : "", wrong ? `${id}-w` : ""].filter(Boolean).join(" ");
  return (
    <div className={wide ? "field w" : "field"}>
      <label htmlFor={id}>{label}</label>
      {hint && (
        <span className="hint" id={`${id}-h`}>
          {hint}
        </span>
      )}
      {wrong && (
        <span className="err-m" id={`${id}-w`}>
          {wrong}
        </span>
      )}
      {children({
        id,
        ...(about ? { "aria-describedby": about } : {}),
        ...(wrong ? { "aria-invalid": true } : {}),
      })}
    </div>
  );
}

export function Tick({
  label,
  hint,
  checked,
  disabled = false,
  onChange,
}: {
  label: ReactNode;
  hint?: ReactNode;
  checked: boolean;
  disabled?: boolean;
  onChange: (checked: boolean) => void;
}) {
  return (
    <label className="tick w">
      <input
        type="checkbox"
        checked={checked}
        disabled={disabled}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span>
        {label}
        {hint && <span className="muted small"> {hint}</span>}
      </span>
    </label>
  );
}
