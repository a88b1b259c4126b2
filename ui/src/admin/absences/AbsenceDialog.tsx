import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useMay, useMe, useNames, usersQuery } from "../../api/house";
import { useWords } from "../../i18n";
import { useTell } from "../../parts/toasts";
import { shortDay } from "../../text/dates";
import { shown } from "../../text/unseen";
import { ActDialog } from "../parts/ActDialog";
import { FormField, Tick } from "../parts/FormField";
import { Moved } from "../parts/Moved";
import { useDoing } from "../parts/useDoing";
import { useAdmin } from "../words";
import { type Absence, absencesQuery, changedAbsence, declared, readAbsence } from "./queries";

/** Says who will be away, until when, and who stands in; or changes what was said. */
export function AbsenceDialog({ absence, onClose }: { absence: Absence | null; onClose: () => void }) {
  const say = useAdmin();
  const { language } = useWords();
  const client = useQueryClient();
  const tell = useTell();
  const doing = useDoing();
  const me = useMe();
  const nameOf = useNames();
  const all = useMay("absences:admin");
  const people = (useQuery(usersQuery).data ?? []).filter((one) => one.state !== "suspended");
  const [read, setRead] = useState(absence);
  const [who, setWho] = useState(absence?.user_id ?? me.user_id ?? "");
  const [days, setDays] = useState({ from_on: absence?.from_on ?? "", until_on: absence?.until_on ?? "" });
  const [standIn, setStandIn] = useState(absence?.stand_in_id ?? "");
  const [confidential, setConfidential] = useState(absence?.confidential ?? false);
  const [tried, setTried] = useState(false);
  const wrong = (name: string) => doing.problem?.places.find((one) => one.pointer === `/${name}`)?.detail;

  async function save(): Promise<void> {
    setTried(true);
    if (!who || !days.from_on || !days.until_on) return;
    const said = { ...days, stand_in_id: standIn || null, confidential };
    const done = await doing.run(async (name) => {
      if (read) await changedAbsence(read, said);
      else await declared({ ...said, user_id: who }, name);
      await client.invalidateQueries({ queryKey: absencesQuery.queryKey });
    });
    if (!done) return;
    tell(say("absence.saved"));
    onClose();
  }

  const options = people.map((one) => (
    <option key={one.id} value={one.id}>
      {shown(one.name)}
    </option>
  ));
  return (
    <ActDialog
      title={say(absence ? "absence.change" : "absence.make")}
      act={say("people.save")}
      busy={doing.busy}
      problem={doing.problem?.status === 412 ? null : doing.problem}
      onAct={() => void save()}
      onClose={onClose}
    >
      {absence && doing.problem?.status === 412 && (
        <Moved
          problem={doing.problem}
          reread={() => readAbsence(absence.id)}
          theirs={(there) => (
            <>
              {say("absence.days", {
                from: shortDay(there.from_on, language),
                until: shortDay(there.until_on, language),
              })}
              <br />
              {say("absence.theirs", {
                who: there.stand_in_id ? shown(nameOf(there.stand_in_id)) : say("absence.stand_in.none"),
              })}
              {there.confidential && ` · ${say("absence.lent")}`}
            </>
          )}
          onTheirs={(there) => {
            setRead(there);
            setDays({ from_on: there.from_on, until_on: there.until_on });
            setStandIn(there.stand_in_id ?? "");
            setConfidential(there.confidential);
            doing.clear();
          }}
          onMine={(there) => {
            setRead(there);
            doing.clear();
          }}
        />
      )}
      {!absence && all && (
        <FormField label={say("absence.col.who")} wrong={wrong("user_id")}>
          {(described) => (
            <select
              {...described}
              className="select"
              value={who}
              onChange={(event) => setWho(event.target.value)}
            >
              {options}
            </select>
          )}
        </FormField>
      )}
      <div className="form-2">
        {(["from_on", "until_on"] as const).map((one) => (
          <FormField
            key={one}
            label={say(`absence.${one}`)}
            wrong={wrong(one) ?? (tried && !days[one] && say("field.required"))}
          >
            {(described) => (
              <input
                {...described}
                className="input"
                type="date"
                value={days[one]}
                onChange={(event) => setDays({ ...days, [one]: event.target.value })}
              />
            )}
          </FormField>
        ))}
      </div>
      <FormField
        label={say("absence.stand_in")}
        hint={say("absence.stand_in.hint")}
        wrong={wrong("stand_in_id")}
      >
        {(described) => (
          <select
            {...described}
            className="select"
            value={standIn}
            onChange={(event) => setStandIn(event.target.value)}
          >
            <option value="">{say("absence.stand_in.none")}</option>
            {options}
          </select>
        )}
      </FormField>
      <Tick
        label={say("absence.confidential")}
        hint={say("absence.confidential.hint")}
        checked={confidential}
        onChange={setConfidential}
      />
      <p className="small soft">{say("absence.no_signature")}</p>
    </ActDialog>
  );
}
