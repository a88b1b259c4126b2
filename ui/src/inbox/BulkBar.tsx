import { useState } from "react";
import { useMe } from "../api/house";
import { useWords } from "../i18n";
import { AssignPicker, TeamPicker } from "../parts/AssignPicker";
import { Icon } from "../parts/Icon";
import { useTell } from "../parts/toasts";
import { useAct } from "../shell/keys";
import { type Change, changeEach } from "./changes";
import type { Ticket } from "./queries";

/** What may be done to the requests that are ticked. It appears without taking the focus; each act may be undone. */
export function BulkBar({
  tickets,
  onClear,
  onDone,
}: {
  tickets: readonly Ticket[];
  onClear: () => void;
  onDone: () => void;
}) {
  const { t } = useWords();
  const me = useMe();
  const tell = useTell();
  const [asks, setAsks] = useState<"agent" | "team" | null>(null);
  const [done, setDone] = useState<number | null>(null);
  useAct("assign", () => setAsks("agent"));
  useAct("team", () => setAsks("team"));

  async function change(
    asked: readonly { ticket: Ticket; change: Change }[],
    undoing: boolean,
  ): Promise<void> {
    setDone(0);
    try {
      const outcome = await changeEach(asked, setDone);
      if (undoing) tell(t("bulk.undone"));
      else if (outcome.done > 0) {
        tell(t("bulk.done", { n: outcome.done }), {
          words: t("bulk.undo"),
          run: () => void change(outcome.undo, true),
        });
      }
      for (const [why, n] of outcome.refused) tell(t("bulk.refused", { n, why }));
      onDone();
    } finally {
      setDone(null);
    }
  }
  const all = (what: Change) =>
    void change(
      tickets.map((ticket) => ({ ticket, change: what })),
      false,
    );

  return (
    <>
      <div className="bulk" role="group" aria-label={t("bulk.label")}>
        <b>{t("bulk.ticked", { n: tickets.length })}</b>
        <span className="vr" />
        {done !== null ? (
          <span role="status">{t("bulk.doing", { done, n: tickets.length })}</span>
        ) : (
          <>
            {me.user_id && (
              <button className="btn quiet sm" type="button" onClick={() => all({ assignee_id: me.user_id })}>
                <Icon name="person" />
                {t("bulk.mine")}
              </button>
            )}
            <button className="btn quiet sm" type="button" onClick={() => setAsks("agent")}>
              <Icon name="people" />
              {t("bulk.assign")}
            </button>
            <button className="btn quiet sm" type="button" onClick={() => setAsks("team")}>
              <Icon name="people" />
              {t("bulk.team")}
            </button>
          </>
        )}
        <span className="vr" />
        <button className="btn quiet icon" type="button" aria-label={t("bulk.clear")} onClick={onClear}>
          <Icon name="close" />
        </button>
      </div>
      {asks === "agent" && (
        <AssignPicker
          title={t("assign.title_many", { n: tickets.length })}
          onPick={(id) => all({ assignee_id: id })}
          onClose={() => setAsks(null)}
        />
      )}
      {asks === "team" && <TeamPicker onPick={(id) => all({ team_id: id })} onClose={() => setAsks(null)} />}
    </>
  );
}
