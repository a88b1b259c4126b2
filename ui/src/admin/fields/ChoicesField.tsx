import { MoveButtons } from "../parts/MoveButtons";
import { TextField } from "../parts/TextField";
import { moved } from "../ready/steps";
import { useAdmin } from "../words";
import { newValue, type Value } from "./fields";

/** The values of a list, in their order: one requests may hold is archived, one nobody holds yet is taken off. */
export function ChoicesField({
  values,
  wrong,
  onChange,
}: {
  values: readonly Value[];
  wrong: string | false | undefined;
  onChange: (values: readonly Value[]) => void;
}) {
  const say = useAdmin();
  const typed = (at: string, changed: Partial<Value>) =>
    onChange(values.map((one) => (one.at === at ? { ...one, ...changed } : one)));
  return (
    <fieldset className="stack">
      <legend>{say("field.choices")}</legend>
      {wrong && <p className="err-m">{wrong}</p>}
      {values.map((one, place) => {
        const about = <span className="vh"> {say("field.choice", { n: place + 1 })}</span>;
        return (
          <div key={one.at} className="stack" data-value={one.key ?? ""}>
            <TextField
              label={say("field.choice", { n: place + 1 })}
              hint={one.archived && say("field.choice.archived")}
              value={one.label}
              maxLength={100}
              onChange={(label) => typed(one.at, { label })}
            />
            <p className="row">
              <MoveButtons
                place={place}
                last={place === values.length - 1}
                about={about}
                onMove={(by) => onChange(moved(values, place, by))}
              />
              {one.key ? (
                <button
                  className="btn sm"
                  type="button"
                  onClick={() => typed(one.at, { archived: !one.archived })}
                >
                  {say(one.archived ? "field.choice.reopen" : "field.choice.archive")}
                  {about}
                </button>
              ) : (
                <button
                  className="btn sm"
                  type="button"
                  onClick={() => onChange(values.filter((each) => each.at !== one.at))}
                >
                  {say("field.choice.drop")}
                  {about}
                </button>
              )}
            </p>
          </div>
        );
      })}
      <p>
        <button className="btn" type="button" onClick={() => onChange([...values, newValue()])}>
          {say("field.choice.add")}
        </button>
      </p>
    </fieldset>
  );
}
