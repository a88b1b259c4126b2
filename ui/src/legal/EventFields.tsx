import { FormField, Tick } from "../admin/parts/FormField";
import { useZone } from "../api/house";
import { useWords } from "../i18n";
import { clockIn } from "../text/instants";
import { UNITS, unitKey } from "../text/periods";
import { shown } from "../text/unseen";
import { type Typed, unitOf } from "./eventForm";
import type { EventField } from "./queries";

/** The fields of an event, each as its kind is typed, with what is wrong beside it. */
export function EventFields({
  fields,
  typed,
  wrong,
  onType,
}: {
  fields: readonly EventField[];
  typed: Typed;
  wrong: (name: string) => string | undefined;
  onType: (name: string, value: string | boolean) => void;
}) {
  return fields.map((field) =>
    field.kind === "tick" ? (
      <Tick
        key={field.name}
        label={field.label}
        hint={field.hint}
        checked={typed[field.name] === true}
        onChange={(put) => onType(field.name, put)}
      />
    ) : (
      <Field key={field.name} field={field} typed={typed} wrong={wrong(field.name)} onType={onType} />
    ),
  );
}

function Field({
  field,
  typed,
  wrong,
  onType,
}: {
  field: EventField;
  typed: Typed;
  wrong: string | undefined;
  onType: (name: string, value: string) => void;
}) {
  const { t } = useWords();
  const zone = useZone();
  const text = String(typed[field.name] ?? "");
  const label = (
    <>
      {field.label} {!field.required && <span className="muted">{t("qualify.optional")}</span>}
    </>
  );
  return (
    <FormField label={label} hint={field.kind === "period" ? "" : field.hint} wrong={wrong}>
      {(described) => {
        const common = {
          ...described,
          required: field.required,
          value: text,
          onChange: ({ target }: { target: { value: string } }) => onType(field.name, target.value),
        };
        switch (field.kind) {
          case "lines":
            return <textarea {...common} className="area" rows={3} />;
          case "choice":
            return (
              <select {...common} className="select">
                <option value="">{t("legal.choose")}</option>
                {field.choices.map((one) => (
                  <option key={one.value} value={one.value}>
                    {shown(one.label)}
                  </option>
                ))}
              </select>
            );
          case "moment":
            return (
              <span className="row nowrap">
                <input {...common} className="input" type="datetime-local" />
                <button
                  className="btn sm"
                  type="button"
                  aria-describedby={described.id}
                  onClick={() => onType(field.name, clockIn(zone, new Date()))}
                >
                  {t("legal.now")}
                </button>
              </span>
            );
          case "period":
            return (
              <span className="row">
                <input
                  {...common}
                  className="input sm number"
                  inputMode="numeric"
                  maxLength={4}
                  autoComplete="off"
                />
                <select
                  className="select sm"
                  aria-label={t("qualify.delay.unit")}
                  value={String(typed[unitOf(field)] ?? "M")}
                  onChange={({ target }) => onType(unitOf(field), target.value)}
                >
                  {UNITS.map((one) => (
                    <option key={one} value={one}>
                      {t(unitKey(one))}
                    </option>
                  ))}
                </select>
              </span>
            );
          default:
            return (
              <input
                {...common}
                className="input"
                type={field.kind === "day" ? "date" : "text"}
                maxLength={500}
                autoComplete="off"
              />
            );
        }
      }}
    </FormField>
  );
}
