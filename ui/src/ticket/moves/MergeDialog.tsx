import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { useNavigate } from "react-router";
import { FormField, Tick } from "../../admin/parts/FormField";
import { useDoing } from "../../admin/parts/useDoing";
import { api, got, ifMatch } from "../../api/client";
import { Problem } from "../../api/problem";
import { useWords } from "../../i18n";
import type { Ticket } from "../../inbox/queries";
import { Dialog } from "../../parts/Dialog";
import { Icon } from "../../parts/Icon";
import { RiskBadge } from "../../parts/RiskBadge";
import { useTerm } from "../../parts/Term";
import { Trouble } from "../../parts/Trouble";
import { useTell } from "../../parts/toasts";
import { shown } from "../../text/unseen";
import { identifierQuery } from "../identifier";
import { othersQuery, ticketQuery } from "../queries";
import { isReason, ReasonField } from "./ReasonField";
import { useUndo } from "./useUndo";

type Kept = "this" | "other";

/** Joins two requests into one: which keeps all, what passes, why; both are seen before anything is done. */
export default function MergeDialog({ ticket, onClose }: { ticket: Ticket; onClose: () => void }) {
  const { t } = useWords();
  const id = useId();
  const client = useQueryClient();
  const navigate = useNavigate();
  const tell = useTell();
  const { run: undo } = useUndo();
  const { run, busy, problem } = useDoing();
  const [typed, setTyped] = useState("");
  const [asked, setAsked] = useState("");
  const [kept, setKept] = useState<Kept>("this");
  const [reason, setReason] = useState("");
  const [checked, setChecked] = useState(false);
  const [tried, setTried] = useState(false);
  const others = useQuery({ ...othersQuery(ticket.contact?.id ?? ""), enabled: ticket.contact !== null });
  const found = useQuery({
    queryKey: ["merge", asked],
    enabled: asked !== "",
    retry: false,
    gcTime: 0,
    queryFn: async () =>
      client.fetchQuery({
        ...ticketQuery((await client.fetchQuery(identifierQuery(asked))).id),
        staleTime: 0,
      }),
  });
  const other = found.data?.id === ticket.id ? undefined : found.data;
  const unknown = found.error instanceof Problem && found.error.status === 404;
  // The API compares people; so does this, only to ask before it refuses.
  const strangers = other !== undefined && (other.contact?.id ?? "") !== (ticket.contact?.id ?? "");
  const wrong =
    asked === ticket.reference
      ? t("moves.merge.itself")
      : unknown
        ? t("links.unknown")
        : tried && !asked
          ? t("links.missing")
          : "";
  const choices = others.data?.filter((one) => one.id !== ticket.id && !one.merged_into) ?? [];

  /** Looks for another request; what was checked was checked of the former. */
  function look(words: string): void {
    if (words !== asked) setChecked(false);
    setAsked(words);
  }
  async function go(event: FormEvent): Promise<void> {
    event.preventDefault();
    setTried(true);
    if (!other || !isReason(reason) || (strangers && !checked)) return;
    const [target, source] = kept === "this" ? [ticket, other] : [other, ticket];
    const done = await run(async (name) => {
      const answer = await got(
        api.POST("/api/v1/tickets/{ticket_id}/merges", {
          params: {
            path: { ticket_id: target.id },
            header: { ...ifMatch(target.version), "idempotency-key": name },
          },
          body: {
            source_ids: [source.id],
            reason: reason.trim(),
            despite_other_contact: strangers && checked,
          },
        }),
      );
      const [made] = answer.merges;
      tell(
        t("moves.merge.done", { reference: target.reference }),
        made && { words: t("bulk.undo"), run: () => void undo(made, answer.ticket.version) },
      );
    });
    for (const one of [ticket.id, other.id]) void client.invalidateQueries({ queryKey: ["ticket", one] });
    void client.invalidateQueries({ queryKey: ["merge"] });
    if (!done) return;
    onClose();
    if (kept === "other") navigate(`/dossiers/${other.reference}`);
  }

  return (
    <Dialog
      title={t("moves.merge.title")}
      onClose={onClose}
      foot={
        <>
          <span className="grow" />
          <button className="btn" type="button" onClick={onClose}>
            {t("app.cancel")}
          </button>
          <button className="btn primary" type="submit" form={id} disabled={busy}>
            {busy ? t("app.loading") : t("moves.merge")}
          </button>
        </>
      }
    >
      <form id={id} className="stack" noValidate onSubmit={(event) => void go(event)}>
        <p>{t("moves.merge.effect")}</p>
        {choices.length > 0 && (
          <fieldset className="field">
            <legend>{t("moves.merge.same_person")}</legend>
            <ul className="bare stack-2 small">
              {choices.map((one) => (
                <li key={one.id}>
                  <label className="tick">
                    <input
                      type="radio"
                      name={`${id}-other`}
                      checked={asked === one.reference}
                      onChange={() => {
                        setTyped(one.reference);
                        look(one.reference);
                      }}
                    />
                    <span>
                      {shown(one.subject) || t("inbox.no_subject")}{" "}
                      <span className="muted">{one.reference}</span>
                    </span>
                  </label>
                </li>
              ))}
            </ul>
          </fieldset>
        )}
        <FormField label={t("links.reference")} hint={t("moves.merge.reference")} wrong={wrong}>
          {(field) => (
            <input
              {...field}
              className="input"
              maxLength={40}
              autoComplete="off"
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
              onBlur={() => look(typed.trim().toUpperCase())}
              onKeyDown={(event) => {
                if (event.key !== "Enter") return;
                event.preventDefault(); // it is looked for first, and seen
                look(typed.trim().toUpperCase());
              }}
            />
          )}
        </FormField>
        <div aria-live="polite">
          {found.isFetching && !found.data && <p className="muted">{t("app.loading")}</p>}
          {found.error && !unknown && (
            <Trouble error={found.error} plain retry={() => void found.refetch()} />
          )}
          {other && (
            <fieldset className="field">
              <legend>{t("moves.merge.kept")}</legend>
              <Side
                group={id}
                ticket={ticket}
                here
                checked={kept === "this"}
                onChoose={() => setKept("this")}
              />
              <Side group={id} ticket={other} checked={kept === "other"} onChoose={() => setKept("other")} />
              <p className="small soft">{t("moves.merge.terms")}</p>
            </fieldset>
          )}
          {strangers && (
            <div className="guard">
              <p>
                <Icon name="warn" /> {t("moves.merge.strangers")}
              </p>
              <Tick label={t("moves.merge.checked")} checked={checked} onChange={setChecked} />
              {tried && !checked && <p className="danger small">{t("moves.merge.check")}</p>}
            </div>
          )}
        </div>
        <ReasonField value={reason} missing={tried && !isReason(reason)} onChange={setReason} />
        {problem && <Trouble error={problem} plain />}
      </form>
    </Dialog>
  );
}

/** One of the two, as it stands: what it is about, whose it is, and the day silence could decide. */
function Side({
  group,
  ticket,
  here = false,
  checked,
  onChoose,
}: {
  group: string;
  ticket: Ticket;
  here?: boolean;
  checked: boolean;
  onChoose: () => void;
}) {
  const { t } = useWords();
  const term = useTerm(ticket);
  return (
    <label className="tick">
      <input type="radio" name={`${group}-kept`} checked={checked} onChange={onChoose} />
      <span>
        <b>{shown(ticket.subject) || t("inbox.no_subject")}</b> {ticket.reference}
        {here && ` (${t("moves.merge.here")})`}
        <span className="small soft block">
          {shown(ticket.contact?.display_name) || t("inbox.no_name")} · {t(`status.${ticket.status}`)} ·{" "}
          <RiskBadge risk={ticket.risk} /> {term.first}
        </span>
      </span>
    </label>
  );
}
