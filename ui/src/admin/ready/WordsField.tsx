import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useWords } from "../../i18n";
import { FormField } from "../parts/FormField";
import { useAdmin } from "../words";
import { placesQuery } from "./queries";

export interface Place {
  name: string;
  meaning_fr: string;
  meaning_en: string;
}

/** A text with places to fill; one is chosen from those the server knows and put where the caret is. */
export function WordsField({
  label,
  hint,
  wrong,
  language,
  places: given,
  most = 20_000,
  value,
  onChange,
}: {
  label: string;
  hint?: string;
  wrong?: string | false | undefined;
  language: string;
  /** The places it may bear; none: those of ready-made words. */
  places?: readonly Place[];
  most?: number;
  value: string;
  onChange: (value: string) => void;
}) {
  const say = useAdmin();
  const speaks = useWords().language;
  const area = useRef<HTMLTextAreaElement>(null);
  const [chosen, setChosen] = useState("");
  const ready = useQuery({ ...placesQuery, enabled: !given }).data;
  const places: readonly Place[] = given ?? ready ?? [];

  function put(): void {
    const there = area.current;
    const from = there?.selectionStart ?? value.length;
    const until = there?.selectionEnd ?? from;
    const place = `{{${chosen}}}`;
    onChange(value.slice(0, from) + place + value.slice(until));
    requestAnimationFrame(() => {
      there?.focus();
      there?.setSelectionRange(from + place.length, from + place.length);
    });
  }

  return (
    <>
      <FormField label={label} hint={hint} wrong={wrong || undefined}>
        {(described) => (
          <textarea
            {...described}
            ref={area}
            className="area"
            rows={5}
            maxLength={most}
            lang={language}
            value={value}
            onChange={(event) => onChange(event.target.value)}
          />
        )}
      </FormField>
      <FormField label={say("ready.place")} hint={given ? undefined : say("ready.place.hint")}>
        {(described) => (
          <div className="row">
            <select
              {...described}
              className="select grow"
              value={chosen}
              onChange={(event) => setChosen(event.target.value)}
            >
              <option value="">{say("ready.choose")}</option>
              {places.map((one) => (
                <option key={one.name} value={one.name}>
                  {speaks === "en" ? one.meaning_en : one.meaning_fr}
                </option>
              ))}
            </select>
            <button className="btn" type="button" disabled={!chosen} onClick={put}>
              {say("ready.put")}
            </button>
          </div>
        )}
      </FormField>
    </>
  );
}
