import { FormField } from "../admin/parts/FormField";
import type { Field } from "./queries";
import { useLetterWords } from "./words";

/** One field of a letter, as it is typed; `data-field` is how a mention that lacks leads to it. */
export function LetterField({
  field,
  typed,
  wrong,
  onType,
}: {
  field: Field;
  typed: string;
  wrong: string | undefined;
  onType: (typed: string) => void;
}) {
  const say = useLetterWords();
  const most = field.max_length ?? undefined;
  return (
    <FormField label={field.label} hint={field.hint} wrong={wrong}>
      {(described) => {
        const own = { ...described, "data-field": field.name, value: typed };
        if (field.how === "sense")
          return (
            <select {...own} className="select" onChange={(event) => onType(event.target.value)}>
              <option value="">{say("letter.none_chosen")}</option>
              {field.choices.map((one) => (
                <option key={one.value} value={one.value}>
                  {one.label}
                </option>
              ))}
            </select>
          );
        if (field.how === "text" || field.how === "lines")
          return (
            <textarea
              {...own}
              className="area"
              rows={field.how === "lines" ? 4 : 3}
              maxLength={field.how === "text" ? most : undefined}
              onChange={(event) => onType(event.target.value)}
            />
          );
        return (
          <input
            {...own}
            className="input"
            type={field.how === "day" ? "date" : "text"}
            maxLength={most}
            autoComplete="off"
            onChange={(event) => onType(event.target.value)}
          />
        );
      }}
    </FormField>
  );
}
