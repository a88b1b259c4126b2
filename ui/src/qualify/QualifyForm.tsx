import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useId, useState } from "react";
import { useMay } from "../api/house";
import { useWords } from "../i18n";
import type { Ticket } from "../inbox/queries";
import { Dialog } from "../parts/Dialog";
import { Trouble } from "../parts/Trouble";
import { type Unit, writtenPeriod } from "../text/periods";
import { messageQuery, type Saisine, threadQuery } from "../ticket/queries";
import { Choices } from "./Choices";
import { askedOf, type Choice, LEAST_WORDS } from "./choice";
import { DelayField } from "./DelayField";
import { Effect } from "./Effect";
import { MessageWords } from "./MessageWords";
import { type Dismissal, proposalsQuery } from "./queries";
import { useQualifying } from "./useQualifying";

/** The form of one saisine: what was written, what may be chosen, what it would change, and the reason that is kept. */
export function QualifyForm({
  ticket,
  saisine,
  title,
  onClose,
  children,
}: {
  ticket: Ticket;
  saisine: Saisine;
  title: string;
  onClose: () => void;
  children: ReactNode;
}) {
  const { t } = useWords();
  const id = useId();
  const mayRead = useMay("tickets:read");
  const client = useQueryClient();
  const read = client.getQueryData(threadQuery(ticket.id).queryKey)?.pages.flatMap((page) => page.data) ?? [];
  const known = read.find((one) => one.message?.id === saisine.message_id)?.message;
  const asking = useQuery({
    ...messageQuery(ticket.id, saisine.message_id),
    enabled: mayRead && !known && saisine.message_id !== null,
  });
  const proposals = useQuery(proposalsQuery(saisine.id));
  const [choice, setChoice] = useState<Choice | null>(null);
  const [number, setNumber] = useState("");
  const [unit, setUnit] = useState<Unit>("M");
  const [dismissal, setDismissal] = useState<Dismissal | "">("");
  const [reason, setReason] = useState("");
  const [missing, setMissing] = useState<"choice" | "dismissal" | "delay" | "reason" | null>(null);
  const { run, busy, error } = useQualifying(ticket.id, saisine, onClose);

  const delay = writtenPeriod(number, unit);
  const asked = askedOf(choice, delay);
  const away = choice?.by === "dismissal";
  const optional = away && dismissal !== "other";
  const message = known ?? asking.data;
  const found = proposals.data?.procedures.flatMap((one) => one.words) ?? [];

  function submit(): void {
    const words = reason.trim();
    const lacks =
      choice === null
        ? "choice"
        : away && !dismissal
          ? "dismissal"
          : !away && number.trim() && !delay
            ? "delay"
            : words.length < LEAST_WORDS && !(optional && !words)
              ? "reason"
              : null;
    setMissing(lacks);
    if (lacks) {
      document.getElementById(`${id}-${lacks}`)?.focus();
      return;
    }
    run(away ? { dismissal: dismissal as Dismissal, words } : { asked: asked ?? {}, reason: words });
  }

  return (
    <Dialog
      title={title}
      wide
      onClose={onClose}
      foot={
        <>
          <span className="grow muted small">
            <kbd>{t("qualify.escape")}</kbd> {t("qualify.escape.closes")}
          </span>
          <button className="btn" type="button" onClick={onClose}>
            {t("app.cancel")}
          </button>
          <button className="btn primary" type="submit" form={id} disabled={busy}>
            {busy ? t("app.loading") : t(away ? "qualify.dismiss" : "legal.qualify")}
          </button>
        </>
      }
    >
      <form
        id={id}
        className="cols"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <div className="stack">
          {children}
          {message && <MessageWords text={message.text_new || message.text} found={found} />}
          {proposals.data && <p className="small soft">{proposals.data.nature.because}</p>}
          <div id={`${id}-choice`} tabIndex={-1}>
            {missing === "choice" && (
              <p className="err-m" role="alert">
                {t("qualify.choice.missing")}
              </p>
            )}
            <Choices
              proposals={proposals.data?.procedures}
              error={proposals.error}
              retry={() => void proposals.refetch()}
              choice={choice}
              onChoose={(chosen) => {
                setChoice(chosen);
                setMissing(null);
              }}
              dismissal={dismissal}
              onDismissal={setDismissal}
              dismissalId={`${id}-dismissal`}
              dismissalMissing={missing === "dismissal"}
            />
          </div>
          {choice && !away && (
            <DelayField
              id={`${id}-delay`}
              number={number}
              unit={unit}
              onNumber={setNumber}
              onUnit={setUnit}
              wrong={missing === "delay"}
            />
          )}
          <div className="field">
            <label htmlFor={`${id}-reason`}>
              {t("qualify.reason")} {optional && <span className="muted">{t("qualify.optional")}</span>}
            </label>
            <span className="hint" id={`${id}-reason-hint`}>
              {t("qualify.reason.hint")}
            </span>
            {missing === "reason" && (
              <span className="err-m" role="alert" id={`${id}-reason-wrong`}>
                {t("qualify.reason.missing")}
              </span>
            )}
            <textarea
              id={`${id}-reason`}
              className="area"
              rows={2}
              maxLength={2000}
              required={!optional}
              aria-invalid={missing === "reason"}
              aria-describedby={`${id}-reason-hint${missing === "reason" ? ` ${id}-reason-wrong` : ""}`}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
          </div>
          {error && <Trouble error={error} plain />}
        </div>
        <Effect saisine={saisine} asked={asked} dismissed={away} />
      </form>
    </Dialog>
  );
}
