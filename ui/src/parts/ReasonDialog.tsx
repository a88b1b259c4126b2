import { type ReactNode, useId, useState } from "react";
import { actName, isAnswer } from "../api/client";
import { Problem } from "../api/problem";
import { useWords } from "../i18n";
import { Dialog } from "./Dialog";
import { Trouble } from "./Trouble";

const LEAST = 3;

/** An act that is kept with its reason: what it does, why, then it is done or refused in words. */
export function ReasonDialog({
  title,
  act,
  ready = () => true,
  onAct,
  onClose,
  children,
}: {
  title: string;
  act: string;
  /** Whether the other fields hold what they should; whoever says no has said why beside them. */
  ready?: () => boolean;
  onAct: (reason: string, name: string) => Promise<void>;
  onClose: () => void;
  children?: ReactNode;
}) {
  const { t } = useWords();
  const id = useId();
  const [name, setName] = useState(actName);
  const [reason, setReason] = useState("");
  const [missing, setMissing] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Problem | null>(null);

  async function run(): Promise<void> {
    if (!ready()) return;
    const words = reason.trim();
    setMissing(words.length < LEAST);
    if (words.length < LEAST) {
      document.getElementById(`${id}-reason`)?.focus();
      return;
    }
    setBusy(true);
    setError(null);
    try {
      await onAct(words, name);
      onClose();
    } catch (failure) {
      if (!(failure instanceof Problem)) throw failure;
      if (isAnswer(failure)) setName(actName());
      setError(failure);
    } finally {
      setBusy(false);
    }
  }

  return (
    <Dialog
      title={title}
      onClose={onClose}
      foot={
        <>
          <span className="grow" />
          <button className="btn" type="button" onClick={onClose}>
            {t("app.cancel")}
          </button>
          <button className="btn primary" type="submit" form={id} disabled={busy}>
            {busy ? t("app.loading") : act}
          </button>
        </>
      }
    >
      <form
        id={id}
        className="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        {children}
        <div className="field">
          <label htmlFor={`${id}-reason`}>{t("reason.label")}</label>
          <span className="hint" id={`${id}-hint`}>
            {t("reason.hint")}
          </span>
          {missing && (
            <span className="err-m" role="alert" id={`${id}-wrong`}>
              {t("reason.missing")}
            </span>
          )}
          <textarea
            id={`${id}-reason`}
            className="area"
            rows={2}
            maxLength={2000}
            required
            aria-invalid={missing}
            aria-describedby={`${id}-hint${missing ? ` ${id}-wrong` : ""}`}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        </div>
        {error && <Trouble error={error} plain />}
      </form>
    </Dialog>
  );
}
