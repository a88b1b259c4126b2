import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useId, useRef, useState } from "react";
import { actName } from "../api/client";
import { type Fact, useFacts } from "../api/live";
import { Problem } from "../api/problem";
import { useWords } from "../i18n";
import { Icon } from "../parts/Icon";
import { refusalWords } from "../parts/refusalWords";
import { useTell } from "../parts/toasts";
import { type Bulk, isAtWork } from "./acts";
import { Causes } from "./Causes";
import { bulksQuery, refusedQuery, takenBack } from "./queries";
import { useActWords } from "./useActWords";
import { useBulkWords } from "./words";

/** Where one's acts over several requests stand: kept by the server, shown again on a page that was read again. */
export default function BulkProgress({ onEnded }: { onEnded: () => void }) {
  const say = useBulkWords();
  const client = useQueryClient();
  const bulks = useQuery(bulksQuery);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [seen, setSeen] = useState<ReadonlySet<string>>(new Set());
  const working = useRef(new Set<string>());
  const ended = useRef(onEnded);
  ended.current = onEnded;
  useFacts(
    useCallback(
      (fact: Fact) => {
        if (fact.type.startsWith("bulk.")) void client.invalidateQueries({ queryKey: bulksQuery.queryKey });
      },
      [client],
    ),
  );
  useEffect(() => {
    const all = bulks.data ?? [];
    const began = all.filter((one) => isAtWork(one) && !working.current.has(one.id));
    for (const one of began) working.current.add(one.id);
    if (began.length > 0) setSeen((was) => new Set([...was, ...began.map((one) => one.id)]));
    const over = all.filter((one) => !isAtWork(one) && working.current.delete(one.id));
    if (over.length > 0) ended.current();
  }, [bulks.data]);

  const told = (bulks.data ?? []).filter(
    (one) => !hidden.has(one.id) && (isAtWork(one) || one.may_undo || seen.has(one.id)),
  );
  if (bulks.error && working.current.size > 0) return <p className="notice warn">{say("unread")}</p>;
  if (told.length === 0) return null;
  return (
    <ul className="bulks" aria-label={say("acts")}>
      {told.map((one) => (
        <One key={one.id} bulk={one} onHide={() => setHidden((all) => new Set([...all, one.id]))} />
      ))}
    </ul>
  );
}

function One({ bulk, onHide }: { bulk: Bulk; onHide: () => void }) {
  const { t } = useWords();
  const say = useBulkWords();
  const actWords = useActWords();
  const tell = useTell();
  const client = useQueryClient();
  const id = useId();
  const name = useRef(actName());
  const [busy, setBusy] = useState(false);
  const line = useRef<HTMLLIElement>(null);
  const asked = useRef(false);
  // The button that was pressed goes away: whoever pressed it stays on its line.
  useEffect(() => {
    if (asked.current && document.activeElement === document.body) line.current?.focus();
    if (bulk.state === "undone") asked.current = false;
  });
  const atWork = isAtWork(bulk);
  const undoing = bulk.state === "undoing";
  const [done, total] = undoing ? [bulk.undone + bulk.kept, bulk.changed] : [bulk.done, bulk.total];

  async function undo(): Promise<void> {
    asked.current = true;
    setBusy(true);
    try {
      const now = await takenBack(bulk, name.current);
      client.setQueryData(bulksQuery.queryKey, (all) => all?.map((one) => (one.id === now.id ? now : one)));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      tell(refusalWords(error, t));
    } finally {
      setBusy(false);
      void client.invalidateQueries({ queryKey: bulksQuery.queryKey });
    }
  }

  return (
    <li ref={line} tabIndex={-1} aria-labelledby={id}>
      <Icon name="acts" />
      <b id={id}>{actWords(bulk.act)}</b>
      {atWork && (
        <>
          <progress max={total} value={done} aria-labelledby={id} />
          <span className="muted">{say(undoing ? "undoing" : "doing", { done, n: total })}</span>
        </>
      )}
      <span className="grow" role="status">
        {!atWork && <Outcome bulk={bulk} />}
      </span>
      {bulk.refused > 0 && !atWork && <Refused bulk={bulk} />}
      {bulk.may_undo && (
        <button
          className="btn sm"
          type="button"
          aria-describedby={id}
          disabled={busy}
          onClick={() => void undo()}
        >
          {say("undo")}
        </button>
      )}
      {!atWork && (
        <button
          className="btn quiet icon"
          type="button"
          aria-label={say("hide")}
          aria-describedby={id}
          onClick={onHide}
        >
          <Icon name="close" />
        </button>
      )}
    </li>
  );
}

function Outcome({ bulk }: { bulk: Bulk }) {
  const say = useBulkWords();
  if (bulk.state === "undone")
    return [say("undone"), ...(bulk.kept > 0 ? [say("kept", { n: bulk.kept })] : [])].join(" ");
  return [
    say("done", { n: bulk.changed }),
    ...(bulk.unchanged > 0 ? [say("unchanged", { n: bulk.unchanged })] : []),
    ...(bulk.refused > 0 ? [say("refused", { n: bulk.refused })] : []),
  ].join(" ");
}

/** Which requests refused, asked when somebody wants to know. */
function Refused({ bulk }: { bulk: Bulk }) {
  const { t } = useWords();
  const say = useBulkWords();
  const [open, setOpen] = useState(false);
  const refused = useQuery({ ...refusedQuery(bulk), enabled: open });
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{say("refused.why")}</summary>
      {refused.data ? (
        <Causes refusals={refused.data} />
      ) : (
        <p className="muted">
          {refused.error instanceof Problem ? refusalWords(refused.error, t) : t("app.loading")}
        </p>
      )}
    </details>
  );
}
