import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { useMay } from "../../api/house";
import { Icon } from "../../parts/Icon";
import { useTell } from "../../parts/toasts";
import { shown } from "../../text/unseen";
import { Frame } from "../Frame";
import { Refusal } from "../parts/Refusal";
import { useDoing } from "../parts/useDoing";
import { Waiting } from "../parts/Waiting";
import { useAdmin } from "../words";
import { EntryFields } from "./EntryFields";
import { bodyOf, fieldOf, newVersion, type Typed, typedOf } from "./edition";
import { Preview } from "./Preview";
import { type InFull, type Published, procedureQuery, published, standing } from "./queries";
import { VersionFields } from "./VersionFields";

/** S10: a procedure of ours, or our word over a national one; what it would change is shown before it is published. */
export default function EditionScreen() {
  const say = useAdmin();
  const { code } = useParams();
  const may = useMay("sve:write");
  const asked = useQuery({ ...procedureQuery(code ?? ""), enabled: may && code !== undefined });
  const back = code ? `/reglages/demarches/${encodeURIComponent(code)}` : "/reglages/demarches";
  return (
    <Frame
      title={asked.data ? say("edition.of", { title: shown(asked.data.title) }) : say("procedures.make")}
      scope="sve:write"
      under={
        <p className="small">
          <Link to={back}>{say("edition.leave")}</Link>
        </p>
      }
    >
      <div className="scroll pad">
        {code === undefined ? (
          <Form found={null} />
        ) : (
          <Waiting asked={asked}>{(found) => <Form key={found.code} found={found} />}</Waiting>
        )}
      </div>
    </Frame>
  );
}

// Nothing is kept of what is only tried, its reason neither.
const TRIED = "aperçu";

function Form({ found }: { found: InFull | null }) {
  const say = useAdmin();
  const client = useQueryClient();
  const navigate = useNavigate();
  const tell = useTell();
  // What holds when one begins to write; what another publishes meanwhile is told, and never overwritten unseen.
  const [base] = useState(found);
  const [replaces, setReplaces] = useState(found ? (standing(found.editions)?.edition ?? null) : null);
  const national = base !== null && (base.origin !== "local" || base.override !== null);
  const [typed, setTyped] = useState<Typed>(() => typedOf(base));
  const [seen, setSeen] = useState<{ typed: Typed; published: Published } | null>(null);
  const [note, setNote] = useState("");
  const [wordless, setWordless] = useState(false);
  const checking = useDoing();
  const publishing = useDoing();
  const problem = publishing.problem ?? checking.problem;
  const { beside, above } = flawsOf(problem);
  const change = (changed: Partial<Typed>) => setTyped((all) => ({ ...all, ...changed }));
  const current = seen?.typed === typed ? seen.published : null;

  async function check(): Promise<void> {
    publishing.clear();
    await checking.run(async (name) => {
      const body = { ...bodyOf(typed, base, national), note: TRIED, replaces, dry_run: true };
      const told = await published(body, name);
      setSeen({ typed, published: told });
      focusOn("#apercu");
    });
  }

  async function publish(): Promise<void> {
    setWordless(note.trim().length < 3);
    if (note.trim().length < 3) {
      focusOn("[name=note]");
      return;
    }
    await publishing.run(async (name) => {
      const body = { ...bodyOf(typed, base, national), note: note.trim(), replaces, dry_run: false };
      const told = await published(body, name);
      await client.invalidateQueries({ queryKey: ["procedures"] });
      tell(say("edition.published", { n: told.edition }));
      navigate(`/reglages/demarches/${encodeURIComponent(told.procedure.code)}`);
    });
  }

  /** Another edition stands: it is read, and one decides on it anew. */
  async function reread(): Promise<void> {
    const code = base?.code ?? typed.code.trim().toUpperCase();
    const there = await client.fetchQuery({ ...procedureQuery(code), staleTime: 0 });
    setReplaces(standing(there.editions)?.edition ?? null);
    setSeen(null);
    publishing.clear();
    checking.clear();
  }

  return (
    <form
      className="settings stack-5"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void check();
      }}
    >
      <p className="soft">{say(national ? "edition.national" : base ? "edition.ours" : "edition.new")}</p>
      {problem && <Refusal problem={problem} above={above} />}
      {problem?.status === 412 && (
        <p>
          <button className="btn" type="button" onClick={() => void reread()}>
            {say("edition.reread")}
          </button>
        </p>
      )}
      <EntryFields
        typed={typed}
        onType={change}
        wrong={beside}
        coded={base === null}
        national={national || "why" in beside}
      />
      {typed.versions.map((version, place) => (
        <VersionFields
          key={version.key}
          version={version}
          place={place}
          several={typed.versions.length > 1}
          wrong={beside}
          onType={(changed) =>
            change({
              versions: typed.versions.map((one) => (one.key === version.key ? { ...one, ...changed } : one)),
            })
          }
          onDrop={() => change({ versions: typed.versions.filter((one) => one.key !== version.key) })}
        />
      ))}
      {typed.versions.length === 0 && <p>{say("edition.follows")}</p>}
      <p className="row">
        <button
          className="btn"
          type="button"
          onClick={() => change({ versions: [...typed.versions, newVersion()] })}
        >
          <Icon name="plus" />
          {say("edition.version.add")}
        </button>
        <button className={current ? "btn" : "btn primary"} type="submit" disabled={checking.busy}>
          {say(checking.busy ? "edition.checking" : "edition.check")}
        </button>
      </p>
      {seen && !current && <p role="status">{say("edition.changed_since")}</p>}
      {current && (
        <Preview
          published={current}
          note={note}
          wordless={wordless}
          busy={publishing.busy}
          onNote={setNote}
          onPublish={() => void publish()}
        />
      )}
    </form>
  );
}

function flawsOf(problem: ReturnType<typeof useDoing>["problem"]) {
  const beside: Record<string, string> = {};
  const above: string[] = [];
  for (const { pointer, detail } of problem?.places ?? []) {
    const name = fieldOf(pointer);
    if (name === null) above.push(detail);
    else beside[name] = beside[name] ? `${beside[name]} ; ${detail}` : detail;
  }
  return { beside, above };
}

function focusOn(place: string): void {
  setTimeout(() => document.querySelector<HTMLElement>(place)?.focus());
}
