import { FormField, Tick } from "../admin/parts/FormField";
import { useWords } from "../i18n";
import { shown } from "../text/unseen";
import { type CustomField, labelOf, type Typed } from "./customFields";

const TYPES = { date: "date", email: "email", phone: "tel", url: "url" } as const;

/** One field to fill, as its kind is typed. */
export function FieldInput({
  field,
  typed,
  wrong,
  onType,
}: {
  field: CustomField;
  typed: Typed;
  wrong: string | undefined;
  onType: (typed: Typed) => void;
}) {
  const { t, language } = useWords();
  const label = shown(labelOf(field, language));
  const hint = [shown(field.help), field.required_to_close ? t("fields.required") : ""]
    .filter(Boolean)
    .join(" · ");
  const offered = field.choices.filter(
    (one) => !one.archived || one.key === typed || typed.includes(one.key),
  );
  if (field.kind === "choices") {
    const on = typeof typed === "string" ? [] : typed;
    return (
      <fieldset className="stack">
        <legend>{label}</legend>
        {hint && <span className="hint">{hint}</span>}
        {wrong && <span className="err-m">{wrong}</span>}
        {offered.map((one) => (
          <Tick
            key={one.key}
            label={shown(labelOf(one, language))}
            checked={on.includes(one.key)}
            onChange={(put) => onType(put ? [...on, one.key] : on.filter((key) => key !== one.key))}
          />
        ))}
      </fieldset>
    );
  }
  const text = typeof typed === "string" ? typed : "";
  const options =
    field.kind === "yes_no"
      ? [
          { key: "true", words: t("fields.yes") },
          { key: "false", words: t("fields.no") },
        ]
      : offered.map((one) => ({ key: one.key, words: shown(labelOf(one, language)) }));
  return (
    <FormField label={label} hint={hint} wrong={wrong}>
      {(described) => {
        if (field.kind === "choice" || field.kind === "yes_no")
          return (
            <select
              {...described}
              className="input"
              value={text}
              onChange={(event) => onType(event.target.value)}
            >
              <option value="">{t("fields.none")}</option>
              {options.map((one) => (
                <option key={one.key} value={one.key}>
                  {one.words}
                </option>
              ))}
            </select>
          );
        if (field.kind === "long_text")
          return (
            <textarea
              {...described}
              className="input"
              rows={4}
              maxLength={5000}
              value={text}
              onChange={(event) => onType(event.target.value)}
            />
          );
        return (
          <input
            {...described}
            className="input"
            type={TYPES[field.kind as keyof typeof TYPES] ?? "text"}
            inputMode={field.kind === "number" ? "decimal" : undefined}
            autoComplete="off"
            maxLength={field.kind === "text" ? 200 : 500}
            value={text}
            onChange={(event) => onType(event.target.value)}
          />
        );
      }}
    </FormField>
  );
}
