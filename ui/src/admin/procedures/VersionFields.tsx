import { FormField } from "../parts/FormField";
import { useAdmin } from "../words";
import type { VersionTyped } from "./edition";

const EFFECTS = ["SVA", "SVR", "none", "UNKNOWN", "renunciation", "lump_sum"] as const;
const CATEGORIES = [
  "limited_capacity",
  "honorary_distinction",
  "media_insertion",
  "services_or_works",
  "supplies",
  "expert_opinion",
] as const;
const FAMILIES = [
  "URBANISME",
  "DIA",
  "ENSEIGNE",
  "CADA",
  "RGPD",
  "APA",
  "MDPH",
  "ASSISTANT",
  "ACCUEILLANT",
  "FPS",
  "ELECTORAL",
  "CESEDA",
] as const;
type Word = Exclude<keyof VersionTyped, "key" | "read">;

/** What silence does between two days: effect and delay, or the category that gives both, and the articles. */
export function VersionFields({
  version,
  place,
  several,
  wrong,
  onType,
  onDrop,
}: {
  version: VersionTyped;
  place: number;
  several: boolean;
  wrong: Readonly<Record<string, string>>;
  onType: (changed: Partial<VersionTyped>) => void;
  onDrop: () => void;
}) {
  const say = useAdmin();
  const line = (name: Word, hint?: string, type: "text" | "date" = "text") => (
    <FormField label={say(`edition.version.${name}`)} hint={hint} wrong={wrong[`${place}.${name}`]}>
      {(described) => (
        <input
          {...described}
          className="input"
          name={`${place}.${name}`}
          type={type}
          autoComplete="off"
          maxLength={500}
          value={version[name]}
          onChange={(event) => onType({ [name]: event.target.value })}
        />
      )}
    </FormField>
  );
  const choice = (
    name: Word,
    choices: readonly (readonly [string, string])[],
    empty: string,
    hint?: string,
  ) => (
    <FormField label={say(`edition.version.${name}`)} hint={hint} wrong={wrong[`${place}.${name}`]}>
      {(described) => (
        <select
          {...described}
          className="select"
          name={`${place}.${name}`}
          value={version[name]}
          onChange={(event) => onType({ [name]: event.target.value })}
        >
          <option value="">{empty}</option>
          {choices.map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </select>
      )}
    </FormField>
  );
  return (
    <fieldset className="stack" data-version={place}>
      <legend className="h3">
        {several ? say("edition.version", { n: place + 1 }) : say("edition.version.only")}
      </legend>
      <div className="form-2">
        {line("from", say("edition.version.from.hint"), "date")}
        {line("until", say("edition.version.until.hint"), "date")}
      </div>
      {choice(
        "category",
        CATEGORIES.map((one) => [one, say(`procedure.category.${one}`)] as const),
        say("edition.version.category.none"),
        say("edition.version.category.hint"),
      )}
      <div className="form-2">
        {choice(
          "effect",
          EFFECTS.map((one) => [one, say(`procedure.effect.${one}`)] as const),
          say("edition.version.effect.none"),
        )}
        {line("delay", say("edition.version.delay.hint"))}
      </div>
      <FormField
        label={say("edition.version.basis")}
        hint={say("edition.version.basis.hint")}
        wrong={wrong[`${place}.basis`]}
      >
        {(described) => (
          <textarea
            {...described}
            className="area"
            name={`${place}.basis`}
            rows={2}
            maxLength={4000}
            value={version.basis}
            onChange={(event) => onType({ basis: event.target.value })}
          />
        )}
      </FormField>
      {line("notes", say("edition.version.notes.hint"))}
      <details
        className="stack"
        open={Boolean(version.family || wrong[`${place}.family`] || wrong[`${place}.permit`])}
      >
        <summary>{say("edition.version.rules")}</summary>
        {choice(
          "family",
          FAMILIES.map((one) => [one, say(`procedure.family.${one}`)] as const),
          say("procedure.family.CRPA"),
        )}
        {line("permit", say("edition.version.permit.hint"))}
      </details>
      <p>
        <button className="btn sm" type="button" onClick={onDrop}>
          {say("edition.version.drop")}
          <span className="vh"> {place + 1}</span>
        </button>
      </p>
    </fieldset>
  );
}
