import { FormField, Tick } from "../parts/FormField";
import { type AdminKey, sayCode, useAdmin } from "../words";
import { type Fault, type Field, groupsOf, isSecret, type Typed } from "./schema";

interface Filling {
  typed: Typed;
  onType: (name: string, value: string | boolean) => void;
  /** What is wrong, a setting each: words of the API, or a fault found here. */
  wrong: Readonly<Record<string, string>>;
}

export const sayFault = (fault: Fault): AdminKey => fault;

/** The fields of a channel's settings, those that begin alike together, what is rarely changed folded away. */
export function SettingsFields({ fields, ...filling }: { fields: readonly Field[] } & Filling) {
  const say = useAdmin();
  const common = fields.filter((field) => !field.rare);
  const rare = fields.filter((field) => field.rare);
  return (
    <>
      {groupsOf(common).map((group) => (
        <fieldset key={group.name}>
          <legend className="h3">{group.name ? sayCode(say, "group", group.name) : say("group.main")}</legend>
          <Fields fields={group.fields} {...filling} />
        </fieldset>
      ))}
      {rare.length > 0 && (
        <details open={rare.some((field) => filling.wrong[field.name]) || undefined}>
          <summary>{say("field.rare", { n: rare.length })}</summary>
          <Fields fields={rare} {...filling} />
        </details>
      )}
    </>
  );
}

function Fields({ fields, typed, onType, wrong }: { fields: readonly Field[] } & Filling) {
  return (
    <div className="form-2">
      {fields.map((field) =>
        field.kind === "tick" ? (
          <Tick
            key={field.name}
            label={field.label}
            hint={field.hint}
            checked={typed[field.name] === true}
            onChange={(value) => onType(field.name, value)}
          />
        ) : (
          <OneField
            key={field.name}
            field={field}
            value={String(typed[field.name] ?? "")}
            wrong={wrong[field.name]}
            onType={(value) => onType(field.name, value)}
          />
        ),
      )}
    </div>
  );
}

const MANY = new Set<Field["kind"]>(["lines", "numbers", "pairs", "json", "long", "secrets"]);

function OneField({
  field,
  value,
  wrong,
  onType,
}: {
  field: Field;
  value: string;
  wrong: string | undefined;
  onType: (value: string) => void;
}) {
  const say = useAdmin();
  const hints = [
    field.hint,
    field.kind === "lines" || field.kind === "numbers" || field.kind === "secrets" ? say("field.lines") : "",
    field.kind === "pairs" ? say("field.pairs.hint") : "",
    field.kind === "json" ? say("field.json.hint") : "",
    field.kind === "number" && field.least !== undefined && field.most !== undefined
      ? say("field.between", { least: field.least, most: field.most })
      : "",
  ].filter(Boolean);
  const label = (
    <>
      {field.label}
      {field.required && <span className="muted"> ({say("field.mandatory")})</span>}
    </>
  );
  return (
    <FormField
      label={label}
      hint={hints.join(" · ")}
      wrong={wrong}
      wide={MANY.has(field.kind) || field.required}
    >
      {(described) => {
        const shared = {
          ...described,
          name: field.name,
          required: field.required,
          value,
          spellCheck: false,
          autoComplete: isSecret(field) ? "new-password" : "off",
        };
        if (field.kind === "choice")
          return (
            <select
              {...described}
              name={field.name}
              className="select"
              value={value}
              onChange={(event) => onType(event.target.value)}
            >
              {(field.nullable || !value) && <option value="">{say("field.none")}</option>}
              {field.choices.map((one) => (
                <option key={one} value={one}>
                  {sayCode(say, "choice", one)}
                </option>
              ))}
            </select>
          );
        if (MANY.has(field.kind))
          return (
            <textarea
              {...shared}
              className={field.kind === "json" ? "area code" : "area"}
              rows={field.kind === "json" ? 8 : 3}
              onChange={(event) => onType(event.target.value)}
            />
          );
        return (
          <input
            {...shared}
            className="input"
            type={field.kind === "secret" ? "password" : "text"}
            inputMode={field.kind === "number" ? "decimal" : undefined}
            maxLength={field.longest}
            onChange={(event) => onType(event.target.value)}
          />
        );
      }}
    </FormField>
  );
}
