import type { HTMLInputTypeAttribute } from "react";
import { FormField } from "../parts/FormField";
import { useAdmin } from "../words";
import type { Typed } from "./edition";

type Name = Exclude<keyof Typed, "versions">;
type Wrong = Readonly<Record<string, string>>;

const CERTAINTIES = ["partly", "read", "unverified"] as const;

/** What a procedure is called, by which words citizens ask for it, and the act it rests on. */
export function EntryFields({
  typed,
  onType,
  wrong,
  coded,
  national,
}: {
  typed: Typed;
  onType: (changed: Partial<Typed>) => void;
  wrong: Wrong;
  /** Whether its code is still to be given. */
  coded: boolean;
  national: boolean;
}) {
  const say = useAdmin();
  const field = (name: Name, more: { type?: HTMLInputTypeAttribute; rows?: number; hint?: boolean } = {}) => (
    <FormField
      key={name}
      label={say(`edition.${name}`)}
      hint={more.hint && say(`edition.${name}.hint` as "edition.code.hint")}
      wrong={wrong[name]}
    >
      {(described) =>
        more.rows ? (
          <textarea
            {...described}
            className="area"
            name={name}
            rows={more.rows}
            maxLength={4000}
            value={typed[name]}
            onChange={(event) => onType({ [name]: event.target.value })}
          />
        ) : (
          <input
            {...described}
            className="input"
            name={name}
            type={more.type ?? "text"}
            autoComplete="off"
            maxLength={500}
            value={typed[name]}
            onChange={(event) => onType({ [name]: event.target.value })}
          />
        )
      }
    </FormField>
  );
  return (
    <>
      <fieldset className="stack">
        <legend className="h3">{say("edition.entry")}</legend>
        {coded && field("code", { hint: true })}
        {national && field("why", { rows: 2, hint: true })}
        {field("title")}
        {field("domain", { hint: true })}
        {field("keywords", { rows: 3, hint: true })}
      </fieldset>
      <fieldset className="stack">
        <legend className="h3">{say(national ? "edition.founds" : "edition.act")}</legend>
        <div className="form-2">
          {field("actOn", { type: "date" })}
          {field("actNumber")}
        </div>
        {field("actTitle")}
        {field("actUrl", { type: "url" })}
        <details className="stack" open={Boolean(typed.sourceTitle || wrong.sourceTitle)}>
          <summary>{say("edition.source")}</summary>
          {field("sourceTitle")}
          {field("sourceOn", { type: "date" })}
        </details>
        <FormField label={say("edition.certainty")} wrong={wrong.certainty}>
          {(described) => (
            <select
              {...described}
              className="select narrow"
              value={typed.certainty}
              onChange={(event) => onType({ certainty: event.target.value })}
            >
              {CERTAINTIES.map((one) => (
                <option key={one} value={one}>
                  {say(`procedure.certainty.${one}`)}
                </option>
              ))}
            </select>
          )}
        </FormField>
        {field("doubt")}
      </fieldset>
      <details className="stack" open={Boolean(typed.pieces || typed.teleservice)}>
        <summary>{say("edition.more")}</summary>
        {field("pieces", { rows: 3, hint: true })}
        {field("teleservice")}
      </details>
    </>
  );
}
