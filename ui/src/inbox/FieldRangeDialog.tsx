import { useId, useState } from "react";
import { ActDialog } from "../admin/parts/ActDialog";
import { useWords } from "../i18n";
import { shown } from "../text/unseen";
import { type CustomField, labelOf } from "../ticket/customFields";
import { isBackwards, type Range, rangeOf } from "./fieldFilter";

const BOUNDS = ["from", "to"] as const;

/** The bounds between which a number or a day is looked for, both included; one alone may be given. */
export function FieldRangeDialog({
  field,
  onGive,
  onClose,
}: {
  field: CustomField;
  onGive: (value: string) => void;
  onClose: () => void;
}) {
  const { t, language } = useWords();
  const id = useId();
  const [typed, setTyped] = useState<Range>({ from: "", to: "" });
  const [wrong, setWrong] = useState<"missing" | "number" | "backwards" | null>(null);
  const name = shown(labelOf(field, language));

  function give(): void {
    const range = { from: boundOf(field, typed.from), to: boundOf(field, typed.to) };
    const fault = faultOf(field, range);
    setWrong(fault);
    if (!fault) onGive(rangeOf(range));
    else document.getElementById(`${id}-from`)?.focus();
  }

  return (
    <ActDialog
      title={t("inbox.filter.ranged", { name })}
      act={t("inbox.filter.narrow")}
      busy={false}
      problem={null}
      onAct={give}
      onClose={onClose}
    >
      {BOUNDS.map((bound) => (
        <div className="field" key={bound}>
          <label htmlFor={`${id}-${bound}`}>{t(`inbox.filter.range.${bound}`)}</label>
          {wrong && bound === "from" && (
            <span className="err-m" role="alert" id={`${id}-wrong`}>
              {t(`inbox.filter.range.${wrong}`)}
            </span>
          )}
          <input
            id={`${id}-${bound}`}
            className="input"
            type={field.kind === "date" ? "date" : "text"}
            inputMode={field.kind === "number" ? "decimal" : undefined}
            maxLength={24}
            value={typed[bound]}
            aria-invalid={wrong !== null}
            aria-describedby={wrong ? `${id}-wrong ${id}-told` : `${id}-told`}
            onChange={(event) => setTyped((all) => ({ ...all, [bound]: event.target.value }))}
          />
        </div>
      ))}
      <span className="muted small" id={`${id}-told`}>
        {t("inbox.filter.range.hint")}
      </span>
    </ActDialog>
  );
}

/** A bound as the API reads it: a number is written with a point, without spaces. */
function boundOf(field: CustomField, typed: string): string {
  const plain = typed.trim();
  return field.kind === "number" ? plain.replace(/[\s\u00a0\u202f]/g, "").replace(",", ".") : plain;
}

function faultOf(field: CustomField, range: Range): "missing" | "number" | "backwards" | null {
  if (!range.from && !range.to) return "missing";
  const typed = [range.from, range.to].filter(Boolean);
  if (field.kind === "number" && !typed.every((one) => /^-?\d{1,16}(\.\d{1,6})?$/.test(one))) return "number";
  return isBackwards(field, range) ? "backwards" : null;
}
