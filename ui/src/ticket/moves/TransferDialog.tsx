import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { ActDialog } from "../../admin/parts/ActDialog";
import { FormField } from "../../admin/parts/FormField";
import { useDoing } from "../../admin/parts/useDoing";
import { api, got } from "../../api/client";
import { useZone } from "../../api/house";
import { useWords } from "../../i18n";
import type { Ticket } from "../../inbox/queries";
import { RiskBadge } from "../../parts/RiskBadge";
import { Trouble } from "../../parts/Trouble";
import { useTell } from "../../parts/toasts";
import { shortDay } from "../../text/dates";
import { clockIn, instantIn } from "../../text/instants";
import { legalWord } from "../legalWords";
import { type Saisine, saisinesQuery } from "../queries";

/** Records that a request was handed over to whoever is competent (CRPA L114-2), then shows what the law made of it. */
export default function TransferDialog({ ticket, onClose }: { ticket: Ticket; onClose: () => void }) {
  const { t, language } = useWords();
  const zone = useZone();
  const client = useQueryClient();
  const tell = useTell();
  const { run, busy, problem } = useDoing();
  const saisines = useQuery(saisinesQuery(ticket.id));
  const [to, setTo] = useState("");
  const [at, setAt] = useState("");
  const [which, setWhich] = useState("");
  const [note, setNote] = useState("");
  const [tried, setTried] = useState(false);
  const [half, setHalf] = useState(false);
  const when = useRef<HTMLInputElement>(null);
  const open = saisines.data?.filter((one) => one.closed_at === null && !one.joined_to) ?? [];
  const at_wrong = problem?.places.find((place) => place.pointer === "/received_at")?.detail ?? "";

  const names = (one: Saisine) =>
    [
      one.asks ?? one.procedure ?? legalWord("regimes", one.regime, language),
      shortDay(one.received_on, language),
    ].join(", ");

  async function go(): Promise<void> {
    setTried(true);
    // A day without its hour has no value, and would be told as now.
    const unfinished = when.current?.validity.badInput ?? false;
    setHalf(unfinished);
    if (to.trim().length < 2 || unfinished || !saisines.data) return;
    const done = await run(async (name) => {
      const params = { path: { ticket_id: ticket.id }, header: { "idempotency-key": name } };
      const body = {
        to: to.trim(),
        received_at: at ? instantIn(zone, at) : null,
        saisine_id: which || null,
        note: note.trim() || null,
      };
      const { data } = await got(api.POST("/api/v1/tickets/{ticket_id}/transfers", { params, body }));
      const term = data.map((one) => one.term_on).find((day) => day !== null);
      tell(
        term ? t("moves.transfer.done_term", { day: shortDay(term, language) }) : t("moves.transfer.done"),
      );
    });
    void client.invalidateQueries({ queryKey: ["ticket", ticket.id] });
    if (done) onClose();
  }

  return (
    <ActDialog
      title={t("moves.transfer.title")}
      act={t("moves.transfer.record")}
      busy={busy}
      problem={problem}
      onAct={() => void go()}
      onClose={onClose}
    >
      <p>
        {t("moves.transfer.effect")} <cite className="law">CRPA L114-2</cite>
      </p>
      <p className="small soft">{t("moves.transfer.alone")}</p>
      {saisines.error && !saisines.data && (
        <Trouble error={saisines.error} plain retry={() => void saisines.refetch()} />
      )}
      {saisines.data && open.length === 0 && <p className="warn">{t("moves.transfer.none")}</p>}
      <FormField
        label={t("moves.transfer.to")}
        wrong={tried && to.trim().length < 2 ? t("moves.transfer.to.missing") : ""}
      >
        {(field) => (
          <input
            {...field}
            className="input"
            required
            maxLength={200}
            value={to}
            onChange={(event) => setTo(event.target.value)}
          />
        )}
      </FormField>
      <FormField
        label={t("moves.transfer.at")}
        hint={t("moves.transfer.at.hint")}
        wrong={half ? t("moves.transfer.at.half") : at_wrong}
      >
        {(field) => (
          <input
            {...field}
            ref={when}
            className="input"
            type="datetime-local"
            max={clockIn(zone, new Date())}
            value={at}
            onChange={(event) => setAt(event.target.value)}
          />
        )}
      </FormField>
      {open.length > 1 ? (
        <FormField label={t("moves.transfer.which")}>
          {(field) => (
            <select
              {...field}
              className="select"
              value={which}
              onChange={(event) => setWhich(event.target.value)}
            >
              <option value="">{t("moves.transfer.every", { n: open.length })}</option>
              {open.map((one) => (
                <option key={one.id} value={one.id}>
                  {names(one)}
                </option>
              ))}
            </select>
          )}
        </FormField>
      ) : (
        open[0] && (
          <p className="small">
            {t("moves.transfer.clock", { what: names(open[0]) })} <RiskBadge risk={open[0].risk} />
          </p>
        )
      )}
      <FormField label={t("moves.transfer.note")} hint={t("moves.transfer.note.hint")}>
        {(field) => (
          <textarea
            {...field}
            className="area"
            rows={2}
            maxLength={5000}
            value={note}
            onChange={(event) => setNote(event.target.value)}
          />
        )}
      </FormField>
    </ActDialog>
  );
}
