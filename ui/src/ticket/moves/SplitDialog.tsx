import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { ActDialog } from "../../admin/parts/ActDialog";
import { FormField } from "../../admin/parts/FormField";
import { useDoing } from "../../admin/parts/useDoing";
import { api, got, ifMatch } from "../../api/client";
import { useZone } from "../../api/house";
import { useWords } from "../../i18n";
import type { Ticket } from "../../inbox/queries";
import { Trouble } from "../../parts/Trouble";
import { useTell } from "../../parts/toasts";
import { moment } from "../../text/dates";
import { shown } from "../../text/unseen";
import { threadQuery } from "../queries";
import { isReason, ReasonField } from "./ReasonField";
import { useUndo } from "./useUndo";

const SHOWN = 140;

/** Opens a request for some messages of this one, with their clocks: which, under what name, why. */
export default function SplitDialog({ ticket, onClose }: { ticket: Ticket; onClose: () => void }) {
  const { t, language } = useWords();
  const zone = useZone();
  const client = useQueryClient();
  const tell = useTell();
  const { run: undo } = useUndo();
  const { run, busy, problem } = useDoing();
  // What the screen has read already, and more of it when asked.
  const story = useInfiniteQuery(threadQuery(ticket.id));
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [subject, setSubject] = useState("");
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);
  const list = useRef<HTMLUListElement>(null);
  const messages = story.data?.flatMap((one) => (one.message ? [one.message] : [])) ?? [];
  const received = messages.filter((one) => one.direction === "in");
  const some = received.some((one) => chosen.has(one.id));
  const all = !story.hasNextPage && received.length > 0 && received.every((one) => chosen.has(one.id));
  const wrong = !some ? t("moves.split.none") : all ? t("moves.split.all") : "";

  function turn(id: string): void {
    const now = new Set(chosen);
    if (!now.delete(id)) now.add(id);
    setChosen(now);
  }

  async function go(): Promise<void> {
    setTried(true);
    if (wrong || !subject.trim() || !isReason(reason)) return;
    const done = await run(async (name) => {
      const header = { ...ifMatch(ticket.version), "idempotency-key": name };
      const params = { path: { ticket_id: ticket.id }, header };
      const body = { message_ids: [...chosen], subject: subject.trim(), reason: reason.trim() };
      const made = await got(api.POST("/api/v1/tickets/{ticket_id}/splits", { params, body }));
      tell(t("moves.split.done", { reference: made.ticket.reference }), {
        words: t("bulk.undo"),
        run: () => void undo(made.split, made.source.version),
      });
    });
    void client.invalidateQueries({ queryKey: ["ticket", ticket.id] });
    if (done) onClose();
  }

  return (
    <ActDialog
      title={t("moves.split.title")}
      act={t("moves.split")}
      busy={busy}
      problem={problem}
      onAct={() => void go()}
      onClose={onClose}
    >
      <p>{t("moves.split.effect")}</p>
      {story.isPending && <p role="status">{t("app.loading")}</p>}
      {story.error && !story.data && <Trouble error={story.error} plain retry={() => void story.refetch()} />}
      <fieldset className="field" aria-describedby={tried && wrong ? "separer-faute" : undefined}>
        <legend>{t("moves.split.which")}</legend>
        {tried && wrong && (
          <span className="err-m" id="separer-faute" role="alert">
            {wrong}
          </span>
        )}
        {story.hasNextPage && (
          <p>
            <button
              className="btn sm"
              type="button"
              disabled={story.isFetching}
              onClick={() => void story.fetchNextPage().then(() => list.current?.focus())}
            >
              {t(story.isFetchingNextPage ? "app.loading" : "thread.earlier")}
            </button>
          </p>
        )}
        <ul className="bare stack-2 small choices" ref={list} tabIndex={-1}>
          {messages.map((one) => (
            <li key={one.id}>
              <label className="tick">
                <input type="checkbox" checked={chosen.has(one.id)} onChange={() => turn(one.id)} />
                <span>
                  <b>{t(`thread.${one.direction}`)}</b> {moment(one.received_at, language, zone)}
                  <span className="block soft">
                    {shown((one.text_new ?? one.text).trim().slice(0, SHOWN)) || t("thread.no_text")}
                  </span>
                </span>
              </label>
            </li>
          ))}
        </ul>
      </fieldset>
      <FormField label={t("moves.split.subject")} wrong={tried && !subject.trim() ? t("moves.needed") : ""}>
        {(field) => (
          <input
            {...field}
            className="input"
            required
            maxLength={200}
            value={subject}
            onChange={(event) => setSubject(event.target.value)}
          />
        )}
      </FormField>
      <ReasonField value={reason} missing={tried && !isReason(reason)} onChange={setReason} />
    </ActDialog>
  );
}
