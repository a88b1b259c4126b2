import { useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { tagsQuery, useMay, useMe } from "../api/house";
import { Problem } from "../api/problem";
import { useWords } from "../i18n";
import type { Ticket } from "../inbox/queries";
import { AssignPicker, TeamPicker } from "../parts/AssignPicker";
import { Icon, type IconName } from "../parts/Icon";
import { refusalWords } from "../parts/refusalWords";
import { useTell } from "../parts/toasts";
import { useAct } from "../shell/keys";
import { shown } from "../text/unseen";
import type { Act, Bulk, Kind, Over } from "./acts";
import BulkDialog, { type Asking } from "./BulkDialog";
import { awake, bulksQuery, foreseen } from "./queries";
import { useBegin } from "./useBegin";
import { type SayBulk, useBulkWords } from "./words";

const Picker = lazy(() => import("../parts/Picker"));

const ACTS = [
  ["assign", "person"],
  ["team", "people"],
  ["tag", "tag"],
  ["untag", "tag"],
  ["status", "check"],
  ["snooze", "clock"],
  ["note", "note"],
  ["qualify", "law"],
] as const satisfies readonly (readonly [Kind, IconName])[];

type Asked = (typeof ACTS)[number][0];
const PICKED: readonly Asked[] = ["assign", "team", "tag", "untag"];

/**
 * What may be done to the requests that are ticked. It appears without taking the focus. What is picked from a list is done at
 * once when no request refuses it, for it may be undone; what is refused somewhere, or stays for good, is seen before.
 */
export default function BulkBar({
  tickets,
  over,
  whole,
  onClear,
  onChanged,
}: {
  tickets: readonly Ticket[];
  over: Over;
  /** How to take all the list, when more is in it than is ticked. */
  whole: (() => void) | null;
  onClear: () => void;
  onChanged: () => void;
}) {
  const { t } = useWords();
  const say = useBulkWords();
  const me = useMe();
  const mayQualify = useMay("sve:write");
  const tell = useTell();
  const client = useQueryClient();
  const [asks, setAsks] = useState<Asked | null>(null);
  const [asking, setAsking] = useState<Asking | null>(null);
  const { begin, busy: begins } = useBegin(over);
  const [acting, setActing] = useState(false);
  const busy = begins || acting;
  const aside = tickets.filter((ticket) => ticket.snooze !== null);
  const number = tickets.length;
  const tags = useQuery({ ...tagsQuery, enabled: asks === "tag" || asks === "untag" }).data ?? [];

  const ask = (kind: Asked) => (PICKED.includes(kind) ? setAsks(kind) : setAsking({ kind }));
  useAct("assign", () => ask("assign"));
  useAct("team", () => ask("team"));
  useAct("note", () => ask("note"));
  useAct("resolve", () => setAsking({ kind: "status", status: "resolved" }));
  useAct("wait", () => setAsking({ kind: "status", status: "waiting" }));
  useAct("qualify", mayQualify ? () => ask("qualify") : null);

  function started(bulk: Bulk): void {
    // A list asked for before it began would hide it; one that knows it already holds it once.
    void client.cancelQueries({ queryKey: bulksQuery.queryKey });
    client.setQueryData(bulksQuery.queryKey, (all) => [
      bulk,
      ...(all ?? []).filter((one) => one.id !== bulk.id),
    ]);
    void client.invalidateQueries({ queryKey: bulksQuery.queryKey });
    onClear();
  }
  async function pick(act: Act): Promise<void> {
    setAsks(null);
    if (busy) return;
    setActing(true);
    try {
      const preview = await foreseen(act, over);
      if (preview.refused > 0) setAsking({ kind: act.kind, act });
      else if (preview.changes === 0) tell(say("nothing"));
      else await begin(act, started);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      tell(refusalWords(error, t));
    } finally {
      setActing(false);
    }
  }
  const onPick = (act: Act) => void pick(act);
  async function wake(): Promise<void> {
    setActing(true);
    const { done, refused } = await awake(aside).finally(() => setActing(false));
    if (done > 0) tell(say("woken", { n: done }));
    for (const problem of refused) tell(refusalWords(problem, t));
    onClear();
    onChanged();
  }

  return (
    <>
      <div className="bulk" role="group" aria-label={say("label")}>
        <b>{"filter" in over ? say("ticked.view") : say("ticked", { n: number })}</b>
        {whole && (
          <button className="btn quiet sm" type="button" title={say("whole.hint")} onClick={whole}>
            {say("whole")}
          </button>
        )}
        <span className="vr" />
        {me.user_id && (
          <button
            className="btn quiet sm"
            type="button"
            disabled={busy}
            onClick={() => onPick({ kind: "assign", assignee_id: me.user_id })}
          >
            <Icon name="person" />
            {say("mine")}
          </button>
        )}
        {ACTS.filter(([kind]) => kind !== "qualify" || mayQualify).map(([kind, icon]) => (
          <button
            key={kind}
            className="btn quiet sm"
            type="button"
            aria-haspopup="dialog"
            disabled={busy}
            onClick={() => ask(kind)}
          >
            <Icon name={icon} />
            {say(kind)}
          </button>
        ))}
        {aside.length > 0 && "ids" in over && (
          <button className="btn quiet sm" type="button" disabled={busy} onClick={() => void wake()}>
            <Icon name="again" />
            {say("wake")}
          </button>
        )}
        <span className="vr" />
        <button className="btn quiet icon" type="button" aria-label={say("clear")} onClick={onClear}>
          <Icon name="close" />
        </button>
      </div>
      {asks === "assign" && (
        <AssignPicker
          title={assignTitle(say, number)}
          onPick={(assignee_id) => onPick({ kind: "assign", assignee_id })}
          onClose={() => setAsks(null)}
        />
      )}
      {asks === "team" && (
        <TeamPicker onPick={(team_id) => onPick({ kind: "team", team_id })} onClose={() => setAsks(null)} />
      )}
      {(asks === "tag" || asks === "untag") && (
        <Suspense fallback={null}>
          <Picker
            title={say(asks)}
            search={t("tags.search")}
            choices={tags.map((tag) => ({ id: tag.id, words: shown(tag.name) }))}
            onPick={(tag_id) => onPick({ kind: asks, tag_id })}
            onClose={() => setAsks(null)}
          />
        </Suspense>
      )}
      {asking && <BulkDialog asking={asking} over={over} onBegun={started} onClose={() => setAsking(null)} />}
    </>
  );
}

const assignTitle = (say: SayBulk, n: number): string => `${say("assign")} · ${say("would.total", { n })}`;
