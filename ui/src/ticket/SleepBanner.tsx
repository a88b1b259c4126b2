import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, got, ifMatch } from "../api/client";
import { useMay, useZone } from "../api/house";
import { Problem } from "../api/problem";
import { type Say, useWords } from "../i18n";
import type { Ticket } from "../inbox/queries";
import { Icon } from "../parts/Icon";
import { refusalWords } from "../parts/refusalWords";
import { useTell } from "../parts/toasts";
import { moment, shortDay } from "../text/dates";
import { ticketQuery } from "./queries";

/** Takes a request back at the version it has now; says whether it was. */
export async function woken(
  ticketId: string,
  client: QueryClient,
  tell: (words: string) => void,
  t: Say,
): Promise<boolean> {
  const asked = ticketQuery(ticketId);
  try {
    const { version } = await client.fetchQuery({ ...asked, staleTime: 0 });
    const params = { path: { ticket_id: ticketId }, header: ifMatch(version) };
    client.setQueryData(
      asked.queryKey,
      await got(api.DELETE("/api/v1/tickets/{ticket_id}/snooze", { params })),
    );
    tell(t("sleep.woken"));
    return true;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    tell(refusalWords(error, t));
    return false;
  } finally {
    void client.invalidateQueries({ queryKey: ["ticket", ticketId] });
  }
}

/** Says that a request sleeps, until when, and what wakes it before; one wakes it here. */
export function SleepBanner({ ticket }: { ticket: Ticket }) {
  const { t, language } = useWords();
  const zone = useZone();
  const client = useQueryClient();
  const tell = useTell();
  const may = useMay("tickets:write");
  const [busy, setBusy] = useState(false);
  const { snooze } = ticket;
  if (!snooze) return null;
  async function wake(): Promise<void> {
    setBusy(true);
    const awake = await woken(ticket.id, client, tell, t);
    setBusy(false);
    if (awake) document.getElementById("contenu")?.focus(); // the banner is gone, with its button
  }
  return (
    <p className="notice">
      <Icon name="clock" />
      <span className="grow">
        {snooze.until_at
          ? t("sleep.asleep", { at: moment(snooze.until_at, language, zone) })
          : t("sleep.asleep_answer")}{" "}
        {snooze.term_wakes_on && t("sleep.term", { day: shortDay(snooze.term_wakes_on, language) })}
      </span>
      {may && (
        <button className="btn sm" type="button" disabled={busy} onClick={() => void wake()}>
          {t("sleep.wake")}
        </button>
      )}
    </p>
  );
}
