import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import { FormField } from "../admin/parts/FormField";
import { useWords } from "../i18n";
import { shown } from "../text/unseen";
import { kindOf } from "../ticket/ContextPanel";
import { contactQuery } from "../ticket/queries";
import type { Form, Way } from "./queries";
import { begun } from "./typed";
import { useLetterWords } from "./words";

/** How a letter leaves, and to which address of the person; a way that is shut says why, and stays at hand. */
export function WayFields({
  form,
  way,
  onWay,
  contactId,
  to,
  onTo,
  wrong,
}: {
  form: Form;
  way: Way;
  onWay: (way: Way) => void;
  contactId: string | null;
  to: string;
  onTo: (to: string) => void;
  wrong: string | undefined;
}) {
  const { t } = useWords();
  const say = useLetterWords();
  const name = useId();
  const person = useQuery({ ...contactQuery(contactId ?? ""), enabled: contactId !== null });
  const points = person.data?.points ?? [];
  return (
    <>
      <fieldset className="field">
        <legend>{say("letter.how")}</legend>
        {wrong && <span className="err-m">{wrong}</span>}
        <ul className="bare stack-2">
          {form.ways.map((one) => (
            <li key={one.way}>
              <label className="tick">
                <input type="radio" name={name} checked={way === one.way} onChange={() => onWay(one.way)} />
                <span>
                  {one.label}
                  {one.to && !to && (
                    <span className="muted small"> {say("letter.to", { address: shown(one.to) })}</span>
                  )}
                  {one.because && <span className="block warn small">{begun(one.because)}.</span>}
                </span>
              </label>
            </li>
          ))}
        </ul>
      </fieldset>
      {way === "channel" && points.length > 1 && (
        <FormField label={say("letter.towards")} hint={say("letter.towards.hint")}>
          {(described) => (
            <select
              {...described}
              className="select"
              value={to}
              onChange={(event) => onTo(event.target.value)}
            >
              <option value="">{say("letter.towards.same")}</option>
              {points.map((point) => (
                <option key={point.id} value={point.id}>
                  {kindOf(point.kind, t)} · {shown(point.address)}
                </option>
              ))}
            </select>
          )}
        </FormField>
      )}
    </>
  );
}
