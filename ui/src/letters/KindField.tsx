import { FormField } from "../admin/parts/FormField";
import { useWords } from "../i18n";
import { shortDay } from "../text/dates";
import type { Form } from "./queries";
import { useLetterWords } from "./words";

/** Which letter: those the law wants first, then those that can be written, then the others, which say why. */
export function KindField({
  forms,
  form,
  onKind,
}: {
  forms: readonly Form[];
  form: Form;
  onKind: (kind: Form["kind"]) => void;
}) {
  const { language } = useWords();
  const say = useLetterWords();
  const groups = [
    { words: say("letter.possible"), all: forms.filter((one) => one.stands) },
    { words: say("letter.refused"), all: forms.filter((one) => !one.stands) },
  ];
  return (
    <FormField label={say("letter.which")}>
      {(described) => (
        <select
          {...described}
          className="select"
          value={form.kind}
          onChange={(event) => onKind(event.target.value as Form["kind"])}
        >
          {groups
            .filter((group) => group.all.length > 0)
            .map((group) => (
              <optgroup key={group.words} label={group.words}>
                {group.all.map((one) => (
                  <option key={one.kind} value={one.kind}>
                    {one.due_on
                      ? say("letter.due", { title: one.title, day: shortDay(one.due_on, language) })
                      : one.title}
                  </option>
                ))}
              </optgroup>
            ))}
        </select>
      )}
    </FormField>
  );
}
