import { FormField } from "../../admin/parts/FormField";
import { useWords } from "../../i18n";

const LEAST = 3;

/** Whether a reason says enough for the API to keep it. */
export const isReason = (words: string): boolean => words.trim().length >= LEAST;

/** Why something is done: kept in the journal, never sent. */
export function ReasonField({
  value,
  missing,
  onChange,
}: {
  value: string;
  missing: boolean;
  onChange: (words: string) => void;
}) {
  const { t } = useWords();
  return (
    <FormField label={t("reason.label")} hint={t("reason.hint")} wrong={missing ? t("reason.missing") : ""}>
      {(field) => (
        <textarea
          {...field}
          className="area"
          rows={2}
          required
          maxLength={2000}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </FormField>
  );
}
