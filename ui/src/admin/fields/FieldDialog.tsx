import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTell } from "../../parts/toasts";
import { shown } from "../../text/unseen";
import { ActDialog } from "../parts/ActDialog";
import { FormField, Tick } from "../parts/FormField";
import { Moved } from "../parts/Moved";
import { TextField } from "../parts/TextField";
import { useDoing } from "../parts/useDoing";
import { useAdmin } from "../words";
import { ChoicesField } from "./ChoicesField";
import {
  type CustomField,
  changedField,
  choicesOf,
  codesOf,
  FIELDS,
  isKey,
  KINDS,
  keyOf,
  madeField,
  newValue,
  readField,
  valuesOf,
} from "./fields";

/** Adds a field, or changes one; its key and its kind are chosen once. */
export function FieldDialog({ field, onClose }: { field: CustomField | null; onClose: () => void }) {
  const say = useAdmin();
  const client = useQueryClient();
  const tell = useTell();
  const doing = useDoing();
  const [read, setRead] = useState(field);
  const [label, setLabel] = useState(field?.label ?? "");
  const [english, setEnglish] = useState(field?.label_en ?? "");
  const [key, setKey] = useState<string | null>(null); // null: made of the label
  const [kind, setKind] = useState<CustomField["kind"]>(field?.kind ?? "text");
  const [help, setHelp] = useState(field?.help ?? "");
  const [close, setClose] = useState(field?.required_to_close ?? false);
  const [codes, setCodes] = useState((field?.procedures ?? []).join(", "));
  const [values, setValues] = useState(() => (field ? valuesOf(field) : [newValue()]));
  const [asked, setAsked] = useState(false);
  const named = key ?? keyOf(label);
  const listed = kind === "choice" || kind === "choices";
  const empty = listed && !values.some((one) => one.label.trim());
  const wrongAt = (pointer: string) =>
    doing.problem?.places.find((one) => one.pointer.startsWith(pointer))?.detail;

  async function save(): Promise<void> {
    setAsked(true);
    if (!label.trim() || empty || (!read && !isKey(named))) return;
    const common = {
      label: label.trim(),
      label_en: english.trim() || null,
      help: help.trim(),
      required_to_close: close,
      procedures: codesOf(codes),
      ...(listed ? { choices: choicesOf(values) } : {}),
    };
    const done = await doing.run(async (act) => {
      if (read) await changedField(read, common);
      else await madeField({ choices: [], ...common, key: named, kind }, act);
      await client.invalidateQueries({ queryKey: FIELDS });
    });
    if (!done) return;
    tell(say("ready.saved"));
    onClose();
  }

  function takeOver(there: CustomField): void {
    setRead(there);
    setLabel(there.label);
    setEnglish(there.label_en ?? "");
    setHelp(there.help);
    setClose(there.required_to_close);
    setCodes(there.procedures.join(", "));
    setValues(valuesOf(there));
    doing.clear();
  }

  return (
    <ActDialog
      title={field ? say("field.change", { name: shown(field.label) }) : say("field.make")}
      act={say("people.save")}
      busy={doing.busy}
      problem={doing.problem?.status === 412 ? null : doing.problem}
      onAct={() => void save()}
      onClose={onClose}
    >
      {field && doing.problem?.status === 412 && (
        <Moved
          problem={doing.problem}
          reread={() => readField(field.id)}
          theirs={(there) => (
            <>
              <p>
                {shown(there.label)} {shown(there.help)}
              </p>
              <p>{there.choices.map((one) => shown(one.label)).join(", ")}</p>
              <p>{there.procedures.join(", ") || say("field.procedures.all")}</p>
              {there.required_to_close && <p>{say("field.close.yes")}</p>}
            </>
          )}
          onTheirs={takeOver}
          onMine={(there) => {
            setRead(there);
            doing.clear();
          }}
        />
      )}
      <TextField
        label={say("field.label")}
        wrong={(asked && !label.trim() && say("field.required")) || wrongAt("/label")}
        value={label}
        maxLength={100}
        onChange={setLabel}
      />
      <TextField
        label={say("field.label_en")}
        hint={say("field.label_en.hint")}
        value={english}
        maxLength={100}
        onChange={setEnglish}
      />
      {!field && (
        <>
          <TextField
            label={say("field.key")}
            hint={say("field.key.hint")}
            wrong={(asked && !isKey(named) && say("field.key.wrong")) || wrongAt("/key")}
            value={named}
            maxLength={40}
            onChange={setKey}
          />
          <FormField label={say("field.kind")} hint={say("field.kind.hint")}>
            {(described) => (
              <select
                {...described}
                className="select"
                value={kind}
                onChange={(event) => setKind(event.target.value as CustomField["kind"])}
              >
                {KINDS.map((one) => (
                  <option key={one} value={one}>
                    {say(`field.kind.${one}`)}
                  </option>
                ))}
              </select>
            )}
          </FormField>
        </>
      )}
      {listed && (
        <ChoicesField
          values={values}
          wrong={(asked && empty && say("field.choices.none")) || wrongAt("/choices")}
          onChange={setValues}
        />
      )}
      <TextField label={say("field.help")} value={help} maxLength={500} onChange={setHelp} />
      <TextField
        label={say("field.procedures")}
        hint={say("field.procedures.hint")}
        wrong={wrongAt("/procedures")}
        value={codes}
        onChange={setCodes}
      />
      <Tick label={say("field.close")} hint={say("field.close.hint")} checked={close} onChange={setClose} />
    </ActDialog>
  );
}
