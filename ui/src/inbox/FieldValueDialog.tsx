import { useId, useState } from "react";
import { ActDialog } from "../admin/parts/ActDialog";
import { useWords } from "../i18n";
import { shown } from "../text/unseen";
import { type CustomField, labelOf } from "../ticket/customFields";

/** The value a field must hold, typed: the requests that hold exactly it, however it is accented, are listed. */
export function FieldValueDialog({
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
  const [value, setValue] = useState("");
  const [missing, setMissing] = useState(false);
  const name = shown(labelOf(field, language));

  function give(): void {
    // A bar parts values in the address, so that none is typed.
    const written = value.replaceAll("|", " ").trim();
    setMissing(!written);
    if (written) onGive(written);
    else document.getElementById(`${id}-value`)?.focus();
  }

  return (
    <ActDialog
      title={t("inbox.filter.typed", { name })}
      act={t("inbox.filter.narrow")}
      busy={false}
      problem={null}
      onAct={give}
      onClose={onClose}
    >
      <div className="field">
        <label htmlFor={`${id}-value`}>{name}</label>
        {missing && (
          <span className="err-m" role="alert" id={`${id}-wrong`}>
            {t("inbox.filter.typed.missing")}
          </span>
        )}
        <input
          id={`${id}-value`}
          className="input"
          type="text"
          maxLength={200}
          required
          value={value}
          aria-invalid={missing}
          aria-describedby={missing ? `${id}-wrong` : `${id}-told`}
          onChange={(event) => setValue(event.target.value)}
        />
        <span className="muted small" id={`${id}-told`}>
          {t("inbox.filter.typed.hint")}
        </span>
      </div>
    </ActDialog>
  );
}
