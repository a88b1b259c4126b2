import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useEffect, useId, useState } from "react";
import type { Schemas } from "../api/client";
import { useZone } from "../api/house";
import { useWords } from "../i18n";
import { Trouble } from "../parts/Trouble";
import { ProcedureOption } from "../qualify/ProcedureOption";
import { proceduresQuery } from "../qualify/queries";
import { dayOf, morningOf } from "../ticket/sleeps";
import type { Act } from "./acts";
import { useBulkWords } from "./words";

export type Status = Schemas["Status"];
type OnAct = (act: Act | null) => void;

const STATUSES = ["new", "open", "waiting", "resolved", "closed"] as const satisfies readonly Status[];
const UNTIL = ["answer", "tomorrow", "monday", "day"] as const;
const LEAST_LETTERS = 2;
const LEAST_REASON = 3;

export function StatusFields({ first, onAct }: { first?: Status | undefined; onAct: OnAct }) {
  const { t } = useWords();
  const say = useBulkWords();
  const [status, setStatus] = useState<Status | null>(first ?? null);
  useEffect(() => onAct(status && { kind: "status", status }), [status, onAct]);
  return (
    <fieldset>
      <legend>{say("status.which")}</legend>
      {STATUSES.map((one) => (
        <label className="tick" key={one}>
          <input type="radio" name="etat" checked={status === one} onChange={() => setStatus(one)} />
          <span>{t(`status.${one}`)}</span>
        </label>
      ))}
    </fieldset>
  );
}

export function NoteFields({ onAct }: { onAct: OnAct }) {
  const say = useBulkWords();
  const id = useId();
  const [text, setText] = useState("");
  useEffect(() => onAct(text.trim() ? { kind: "note", text } : null), [text, onAct]);
  return (
    <div className="field">
      <label htmlFor={id}>{say("note.words")}</label>
      <span className="hint" id={`${id}-hint`}>
        {say("note.hint")}
      </span>
      <textarea
        id={id}
        className="area"
        rows={4}
        required
        aria-describedby={`${id}-hint`}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
    </div>
  );
}

/** Until when; the hours are those of the administration. */
export function SnoozeFields({ onAct }: { onAct: OnAct }) {
  const say = useBulkWords();
  const id = useId();
  const zone = useZone();
  const now = new Date();
  const tomorrow = dayOf("tomorrow", now, zone) ?? "";
  const [until, setUntil] = useState<(typeof UNTIL)[number]>("tomorrow");
  const [chosen, setChosen] = useState("");
  const day = { answer: "", tomorrow, monday: dayOf("monday", now, zone), day: chosen }[until];
  useEffect(() => {
    if (until === "answer") onAct({ kind: "snooze", until_at: null });
    else onAct(day ? { kind: "snooze", until_at: morningOf(day, zone) } : null);
  }, [until, day, zone, onAct]);
  return (
    <>
      <fieldset>
        <legend>{say("snooze.until")}</legend>
        {UNTIL.map((one) => (
          <label className="tick" key={one}>
            <input type="radio" name="jusqu-a" checked={until === one} onChange={() => setUntil(one)} />
            <span>{say(`snooze.${one}`)}</span>
          </label>
        ))}
      </fieldset>
      {until === "day" && (
        <div className="field">
          <label htmlFor={id}>{say("snooze.day.which")}</label>
          <input
            id={id}
            className="input"
            type="date"
            required
            min={tomorrow}
            value={chosen}
            onChange={(event) => setChosen(event.target.value)}
          />
        </div>
      )}
      <p className="muted small">{say("snooze.hint")}</p>
    </>
  );
}

export function QualifyFields({ onAct }: { onAct: OnAct }) {
  const say = useBulkWords();
  const id = useId();
  const [typed, setTyped] = useState("");
  const [procedure, setProcedure] = useState("");
  const [reason, setReason] = useState("");
  const wanted = useDeferredValue(typed.trim());
  const searches = wanted.length >= LEAST_LETTERS;
  const found = useQuery({ ...proceduresQuery(wanted), enabled: searches });
  const words = reason.trim();
  useEffect(
    () =>
      onAct(procedure && words.length >= LEAST_REASON ? { kind: "qualify", procedure, reason: words } : null),
    [procedure, words, onAct],
  );
  return (
    <>
      <p className="muted small">{say("qualify.one")}</p>
      <div className="field">
        <label htmlFor={id}>{say("qualify.search")}</label>
        <span className="hint" id={`${id}-hint`}>
          {say("qualify.search.hint")}
        </span>
        <input
          id={id}
          className="input"
          type="search"
          autoComplete="off"
          maxLength={200}
          aria-describedby={`${id}-hint`}
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value);
            setProcedure("");
          }}
          onKeyDown={(event) => {
            if (event.key === "Enter") event.preventDefault(); // searching is no qualifying
          }}
        />
      </div>
      {found.error && searches && <Trouble error={found.error} plain retry={() => void found.refetch()} />}
      {searches && (
        <fieldset className="found">
          <legend className="vh">{say("qualify.which")}</legend>
          {found.data?.map((one) => (
            <ProcedureOption
              key={one.code}
              procedure={one}
              chosen={procedure === one.code}
              onChoose={() => setProcedure(one.code)}
            />
          ))}
          {found.data?.length === 0 && <p className="muted small">{say("qualify.none")}</p>}
        </fieldset>
      )}
      <div className="field">
        <label htmlFor={`${id}-reason`}>{say("qualify.reason")}</label>
        <textarea
          id={`${id}-reason`}
          className="area"
          rows={2}
          required
          minLength={LEAST_REASON}
          maxLength={2000}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </div>
    </>
  );
}
