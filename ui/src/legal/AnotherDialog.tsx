import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ActDialog } from "../admin/parts/ActDialog";
import { FormField } from "../admin/parts/FormField";
import { useDoing } from "../admin/parts/useDoing";
import { useZone } from "../api/house";
import { useWords } from "../i18n";
import { Trouble } from "../parts/Trouble";
import { useTell } from "../parts/toasts";
import { moment } from "../text/dates";
import { shown } from "../text/unseen";
import { type Message, threadQuery } from "../ticket/queries";
import { openedBeside } from "./queries";

const LEAST = 3;
const BEGINNING = 60;

/** Says that a message asks for something else too: it opens a clock of its own, from the day it was received. */
export default function AnotherDialog({ ticketId, onClose }: { ticketId: string; onClose: () => void }) {
  const { t, language } = useWords();
  const zone = useZone();
  const tell = useTell();
  const client = useQueryClient();
  const { run, busy, problem } = useDoing();
  // What the screen has read already, and more of it when asked; the latest is the likeliest.
  const story = useInfiniteQuery(threadQuery(ticketId));
  const received = (story.data?.flatMap((one) => (one.message ? [one.message] : [])) ?? [])
    .filter((one) => one.direction === "in")
    .reverse();
  const [picked, setPicked] = useState("");
  const [asks, setAsks] = useState("");
  const [tried, setTried] = useState(false);
  const message = picked || received[0]?.id || "";
  const words = asks.trim();

  async function go(): Promise<void> {
    setTried(true);
    if (!message || words.length < LEAST) return;
    const done = await run(async (name) => {
      await openedBeside(ticketId, message, words, name);
    });
    void client.invalidateQueries({ queryKey: ["ticket", ticketId] });
    if (!done) return;
    tell(t("legal.another.done"));
    onClose();
  }

  return (
    <ActDialog
      title={t("legal.another")}
      act={t("legal.another.act")}
      busy={busy}
      problem={problem}
      shut={!!story.data && received.length === 0}
      onAct={() => void go()}
      onClose={onClose}
    >
      <p>{t("legal.another.effect")}</p>
      {story.error && !story.data && <Trouble error={story.error} plain retry={() => void story.refetch()} />}
      {story.data && received.length === 0 && <p className="warn">{t("legal.another.none")}</p>}
      <FormField label={t("legal.another.message")}>
        {(described) => (
          <select
            {...described}
            className="select"
            aria-busy={story.isFetching}
            value={message}
            onChange={({ target }) => setPicked(target.value)}
          >
            {received.map((one) => (
              <option key={one.id} value={one.id}>
                {`${moment(one.received_at, language, zone)} · ${beginning(one)}`}
              </option>
            ))}
          </select>
        )}
      </FormField>
      {story.hasNextPage && (
        <p>
          <button className="btn sm" type="button" onClick={() => void story.fetchNextPage()}>
            {t(story.isFetchingNextPage ? "app.loading" : "thread.earlier")}
          </button>
        </p>
      )}
      <FormField
        label={t("legal.another.asks")}
        hint={t("legal.another.asks.hint")}
        wrong={tried && words.length < LEAST ? t("legal.field.missing") : ""}
      >
        {(described) => (
          <input
            {...described}
            className="input"
            required
            maxLength={500}
            autoComplete="off"
            value={asks}
            onChange={({ target }) => setAsks(target.value)}
          />
        )}
      </FormField>
    </ActDialog>
  );
}

function beginning({ text_new, text }: Message): string {
  const line = shown(text_new || text).replace(/\s+/g, " ");
  return line.length > BEGINNING ? `${line.slice(0, BEGINNING).trimEnd()}…` : line;
}
