import { useState } from "react";
import { ActDialog } from "../admin/parts/ActDialog";
import { FormField } from "../admin/parts/FormField";
import { useWords } from "../i18n";
import type { Mark } from "../ticket/chronology";
import type { Saisine } from "../ticket/queries";
import { EventEffect } from "./EventEffect";
import { useRecording } from "./useRecording";

const LEAST = 3;

/** Annuls an event recorded by mistake: it stays written, and is read no more. */
export default function AnnulDialog({
  ticketId,
  saisine,
  mark,
  onClose,
}: {
  ticketId: string;
  saisine: Saisine;
  mark: Mark;
  onClose: () => void;
}) {
  const { t } = useWords();
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);
  const { record, busy, problem } = useRecording(ticketId, saisine, onClose);
  const words = reason.trim();
  const event = { type: "corrected", event_id: mark.key };
  return (
    <ActDialog
      title={t("legal.annul.title", { what: mark.title })}
      act={t("legal.annul.act")}
      danger
      busy={busy}
      problem={problem}
      onAct={() => {
        setTried(true);
        if (words.length >= LEAST) record({ ...event, reason: words });
      }}
      onClose={onClose}
    >
      <p>{t("legal.annul.effect")}</p>
      <FormField
        label={t("legal.annul.why")}
        wrong={tried && words.length < LEAST ? t("legal.field.missing") : ""}
      >
        {(described) => (
          <textarea
            {...described}
            className="area"
            rows={2}
            maxLength={2000}
            required
            value={reason}
            onChange={({ target }) => setReason(target.value)}
          />
        )}
      </FormField>
      <EventEffect saisine={saisine} event={{ ...event, reason: t("legal.annul") }} />
    </ActDialog>
  );
}
