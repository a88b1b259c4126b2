import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { type ComponentProps, useMemo, useState } from "react";
import { useSearchParams } from "react-router";
import { beginNames, useMay, useNames, useZone } from "../../api/house";
import { useWords } from "../../i18n";
import { useTell } from "../../parts/toasts";
import { moment } from "../../text/dates";
import { Frame } from "../Frame";
import { FormField } from "../parts/FormField";
import { Listed } from "../parts/Listed";
import { Refusal } from "../parts/Refusal";
import { useDoing } from "../parts/useDoing";
import { useAdmin } from "../words";
import { csvOf, type Entry, everything, journalQuery, type Narrowed, NOTHING } from "./queries";
import { VerifyDialog } from "./VerifyDialog";
import { actionWords, actorWords, knownActions } from "./words";

const FIELDS = Object.keys(NOTHING) as (keyof Narrowed)[];

/** S10: who did what, the last first; narrowed, taken away as a file, and its chain read again link by link. */
export default function JournalScreen() {
  const say = useAdmin();
  const [address, setAddress] = useSearchParams();
  const wanted = Object.fromEntries(
    FIELDS.map((name) => [name, address.get(name) ?? ""]),
  ) as unknown as Narrowed;
  const client = useQueryClient();
  const may = useMay("audit:read");
  if (may) beginNames(client);
  const asked = useInfiniteQuery({ ...journalQuery(instants(wanted)), enabled: may });
  const tell = useTell();
  const doing = useDoing();
  const [verifying, setVerifying] = useState(false);

  async function take(): Promise<void> {
    await doing.run(async () => {
      const { entries, more } = await everything(instants(wanted));
      handOver(csvOf(entries), "journal.csv");
      tell(say(more ? "journal.exported.more" : "journal.exported", { n: entries.length }));
    });
  }

  return (
    <Frame
      title={say("part.journal")}
      scope="audit:read"
      under={<p className="muted small">{say("journal.order")}</p>}
      acts={
        <>
          <button className="btn" type="button" disabled={doing.busy} onClick={() => void take()}>
            {say(doing.busy ? "journal.exporting" : "journal.export")}
          </button>
          <button className="btn" type="button" aria-haspopup="dialog" onClick={() => setVerifying(true)}>
            {say("journal.verify")}
          </button>
        </>
      }
    >
      <div className="scroll">
        <Filters
          key={address.toString()}
          wanted={wanted}
          onNarrow={(next) =>
            setAddress(Object.fromEntries(Object.entries(next).filter(([, value]) => value)))
          }
        />
        {doing.problem && (
          <div className="lane">
            <Refusal problem={doing.problem} />
          </div>
        )}
        <Listed asked={asked} empty={say("journal.none")} advice={say("journal.none.advice")}>
          {(entries) => <Entries entries={entries} />}
        </Listed>
      </div>
      {verifying && <VerifyDialog onClose={() => setVerifying(false)} />}
    </Frame>
  );
}

/** From the first moment of a day to the last of another, as this machine's day has them. */
function instants(wanted: Narrowed): Narrowed {
  const at = (day: string, after: number): string => {
    const moment = new Date(`${day}T00:00:00`);
    moment.setDate(moment.getDate() + after);
    return Number.isNaN(moment.getTime()) ? "" : moment.toISOString();
  };
  return {
    ...wanted,
    since: wanted.since && at(wanted.since, 0),
    until: wanted.until && at(wanted.until, 1),
  };
}

function handOver(words: string, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([words], { type: "text/csv" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href));
}

function Filters({ wanted, onNarrow }: { wanted: Narrowed; onNarrow: (wanted: Narrowed) => void }) {
  const say = useAdmin();
  const [typed, setTyped] = useState(wanted);
  return (
    <form
      className="filters pad"
      onSubmit={(event) => {
        event.preventDefault();
        onNarrow(typed);
      }}
    >
      {FIELDS.map((name) => (
        <FormField
          key={name}
          label={say(`journal.by.${name}`)}
          hint={(name === "since" || name === "until") && say("journal.hour")}
        >
          {(described) =>
            name === "action" ? (
              <Acts
                {...described}
                value={typed.action}
                onChange={(action) => setTyped({ ...typed, action })}
              />
            ) : (
              <input
                {...described}
                className="input"
                type={name === "since" || name === "until" ? "date" : "text"}
                autoComplete="off"
                spellCheck={false}
                value={typed[name]}
                onChange={(event) => setTyped({ ...typed, [name]: event.target.value.trim() })}
              />
            )
          }
        </FormField>
      ))}
      <p className="row">
        <button className="btn primary" type="submit">
          {say("journal.narrow")}
        </button>
        <button className="btn" type="button" onClick={() => onNarrow(NOTHING)}>
          {say("journal.all")}
        </button>
      </p>
    </form>
  );
}

/** The acts in words; one that came by the address and is newer than we are stays chosen by its code. */
function Acts({
  value,
  onChange,
  ...described
}: {
  value: string;
  onChange: (code: string) => void;
} & Omit<ComponentProps<"select">, "value" | "onChange">) {
  const say = useAdmin();
  const { language } = useWords();
  const acts = useMemo(() => knownActions(language), [language]);
  return (
    <select {...described} className="input" value={value} onChange={(event) => onChange(event.target.value)}>
      <option value="">{say("journal.by.action.any")}</option>
      {value && !acts.some((one) => one.code === value) && <option value={value}>{value}</option>}
      {acts.map((one) => (
        <option key={one.code} value={one.code}>
          {one.words}
        </option>
      ))}
    </select>
  );
}

function Entries({ entries }: { entries: readonly Entry[] }) {
  const say = useAdmin();
  const { language } = useWords();
  const zone = useZone();
  const names = useNames();
  return (
    <table className="tbl stackable untick" id="liste">
      <caption className="vh">{say("part.journal")}</caption>
      <thead>
        <tr>
          {(["at", "who", "what", "object", "link"] as const).map((one) => (
            <th key={one} scope="col">
              {say(`journal.col.${one}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <tr key={entry.id} data-entry={entry.action}>
            <td>
              <time dateTime={entry.at}>{moment(entry.at, language, zone)}</time>
            </td>
            <td>{actorWords(say, entry.actor, names)}</td>
            <td>
              {actionWords(language, entry.action)}
              {Object.keys(entry.detail).length > 0 && (
                <details>
                  <summary>{say("journal.detail")}</summary>
                  <pre className="raw">{JSON.stringify(entry.detail, null, 1)}</pre>
                </details>
              )}
            </td>
            <td className="small">
              <code>{entry.object}</code>
            </td>
            <td className="small">
              <span className="inline-label">{say("journal.col.link")} </span>
              {entry.link ?? <span className="muted">{say("journal.unsealed")}</span>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
