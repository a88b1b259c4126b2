import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { ActDialog } from "../admin/parts/ActDialog";
import { FormField } from "../admin/parts/FormField";
import { useDoing } from "../admin/parts/useDoing";
import { api, got, ifMatch } from "../api/client";
import { useZone } from "../api/house";
import { useWords } from "../i18n";
import type { Ticket } from "../inbox/queries";
import { useTell } from "../parts/toasts";
import { moment, shortDay } from "../text/dates";
import { clockIn, instantIn } from "../text/instants";
import { ticketQuery } from "./queries";
import { woken } from "./SleepBanner";
import { dayOf, instantOf, SLEEPS, type Sleep } from "./sleeps";

/** Sets a request aside: until when, and why, in a note for colleagues. Its term wakes it in time, as the server says. */
export default function SleepDialog({ ticket, onClose }: { ticket: Ticket; onClose: () => void }) {
  const { t, language } = useWords();
  const zone = useZone();
  const client = useQueryClient();
  const tell = useTell();
  const { run, busy, problem } = useDoing();
  const [now] = useState(() => new Date());
  const [sleep, setSleep] = useState<Sleep>("tomorrow");
  const [date, setDate] = useState("");
  const [why, setWhy] = useState("");
  const [tried, setTried] = useState(false);
  const asleep = useRef<Ticket | null>(null);
  const asked = useRef<string | null>(null);
  const until = sleep === "date" ? instantIn(zone, date) : instantOf(sleep, now, zone);
  const missing = sleep === "date" && until === null;
  const refused = problem?.places.find((place) => place.pointer === "/until_at")?.detail ?? "";

  async function go(): Promise<void> {
    setTried(true);
    if (missing) return;
    const path = { ticket_id: ticket.id };
    const done = await run(async (name) => {
      // Once aside until then it is not set aside again because its note was refused.
      if (!asleep.current || asked.current !== until) {
        const { version } = asleep.current ?? ticket;
        asleep.current = await got(
          api.PUT("/api/v1/tickets/{ticket_id}/snooze", {
            params: { path, header: ifMatch(version) },
            body: { until_at: until },
          }),
        );
        asked.current = until;
      }
      if (!why.trim()) return;
      const header = { "idempotency-key": name };
      const body = { text: t("sleep.note", { why: why.trim() }), attachments: [] };
      await got(api.POST("/api/v1/tickets/{ticket_id}/notes", { params: { path, header }, body }));
    });
    const now_ = asleep.current;
    if (now_) client.setQueryData(ticketQuery(ticket.id).queryKey, now_);
    void client.invalidateQueries({ queryKey: ["ticket", ticket.id] });
    if (!done) return;
    tell(
      until ? t("sleep.done", { at: moment(until, language, zone) }) : t("sleep.done_answer"),
      now_ ? { words: t("bulk.undo"), run: () => void woken(ticket.id, client, tell, t) } : undefined,
    );
    onClose();
  }

  return (
    <ActDialog
      title={t("sleep.title")}
      act={t("sleep.act")}
      busy={busy}
      problem={problem}
      onAct={() => void go()}
      onClose={onClose}
    >
      <p>{t("sleep.effect")}</p>
      <fieldset className="field">
        <legend>{t("sleep.until")}</legend>
        <ul className="bare stack-2">
          {SLEEPS.map((one) => {
            const day = dayOf(one, now, zone);
            return (
              <li key={one}>
                <label className="tick">
                  <input type="radio" name="sommeil" checked={sleep === one} onChange={() => setSleep(one)} />
                  <span>
                    {t(`sleep.${one}`)}{" "}
                    {day && (
                      <span className="muted small">
                        {t("sleep.at_eight", { day: shortDay(day, language) })}
                      </span>
                    )}
                  </span>
                </label>
              </li>
            );
          })}
        </ul>
      </fieldset>
      {sleep === "date" && (
        <FormField
          label={t("sleep.which")}
          hint={t("sleep.which.hint")}
          wrong={tried && missing ? t("sleep.which.missing") : refused}
        >
          {(field) => (
            <input
              {...field}
              className="input"
              type="datetime-local"
              min={clockIn(zone, now)}
              value={date}
              onChange={(event) => setDate(event.target.value)}
            />
          )}
        </FormField>
      )}
      <FormField label={t("sleep.why")} hint={t("sleep.why.hint")}>
        {(field) => (
          <textarea
            {...field}
            className="area"
            rows={2}
            maxLength={2000}
            value={why}
            onChange={(event) => setWhy(event.target.value)}
          />
        )}
      </FormField>
    </ActDialog>
  );
}
