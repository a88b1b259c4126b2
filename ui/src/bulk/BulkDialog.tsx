import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useId, useState } from "react";
import { Problem } from "../api/problem";
import { useWords } from "../i18n";
import { Dialog } from "../parts/Dialog";
import { Trouble } from "../parts/Trouble";
import type { Act, Bulk, Kind, Over } from "./acts";
import { Foreseen } from "./Foreseen";
import { NoteFields, QualifyFields, SnoozeFields, type Status, StatusFields } from "./fields";
import { foreseen } from "./queries";
import { useActWords } from "./useActWords";
import { useBegin } from "./useBegin";
import { useBulkWords } from "./words";

/** What is asked: a kind whose words are still to be given, or an act that was picked. */
export interface Asking {
  kind: Kind;
  act?: Act;
  status?: Status;
}

const SETTLED_MS = 300;

/** An act over several requests, with what it would do to them before it is done. */
export default function BulkDialog({
  asking,
  over,
  onBegun,
  onClose,
}: {
  asking: Asking;
  over: Over;
  onBegun: (bulk: Bulk) => void;
  onClose: () => void;
}) {
  const { t } = useWords();
  const say = useBulkWords();
  const actWords = useActWords();
  const id = useId();
  const [act, setAct] = useState<Act | null>(asking.act ?? null);
  const settled = useSettled(act);
  const [error, setError] = useState<Problem | null>(null);
  const { begin, busy } = useBegin(over);
  const preview = useQuery({
    queryKey: ["bulk-preview", settled, over],
    queryFn: ({ signal }) => foreseen(settled as Act, over, signal),
    enabled: settled !== null,
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 0,
  });
  const known = act !== null && settled === act && preview.data && !preview.isPlaceholderData;
  const { kind } = asking;

  async function go(): Promise<void> {
    if (!act) return;
    setError(null);
    try {
      await begin(act, onBegun);
      onClose();
    } catch (failure) {
      if (!(failure instanceof Problem)) throw failure;
      setError(failure);
    }
  }

  return (
    <Dialog
      title={asking.act ? actWords(asking.act) : say(kind)}
      onClose={onClose}
      foot={
        <>
          <span className="grow muted small">
            {kind === "note" || kind === "qualify" ? say(`lasting.${kind}`) : say("undo.hint")}
          </span>
          <button className="btn" type="button" onClick={onClose}>
            {t("app.cancel")}
          </button>
          <button
            className="btn primary"
            type="submit"
            form={id}
            disabled={busy || !known || preview.data?.changes === 0}
          >
            {busy ? t("app.loading") : say("do")}
          </button>
        </>
      }
    >
      <form
        id={id}
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void go();
        }}
      >
        {kind === "status" && <StatusFields first={asking.status} onAct={setAct} />}
        {kind === "note" && <NoteFields onAct={setAct} />}
        {kind === "snooze" && <SnoozeFields onAct={setAct} />}
        {kind === "qualify" && <QualifyFields onAct={setAct} />}
        <div aria-live="polite" className="foreseen">
          {act === null ? (
            <p className="muted">{say("would.later")}</p>
          ) : preview.error && settled === act ? (
            <Trouble error={preview.error} plain retry={() => void preview.refetch()} />
          ) : known && preview.data ? (
            <Foreseen preview={preview.data} />
          ) : (
            <p className="muted">{say("looking")}</p>
          )}
        </div>
        {error && <Trouble error={error} plain />}
      </form>
    </Dialog>
  );
}

/** What was chosen, once it has not changed for a moment: nobody is asked at each letter. */
function useSettled(act: Act | null): Act | null {
  const [settled, setSettled] = useState(act);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(act), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [act]);
  return act && settled;
}
