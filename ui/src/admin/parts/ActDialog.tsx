import { type ReactNode, useId } from "react";
import type { Problem } from "../../api/problem";
import { useWords } from "../../i18n";
import { Dialog } from "../../parts/Dialog";
import { Trouble } from "../../parts/Trouble";

/** A form in a dialog: its fields, the refusal of the API if there is one, and one act. */
export function ActDialog({
  title,
  act,
  busy,
  problem,
  danger = false,
  shut = false,
  onAct,
  onClose,
  children,
}: {
  title: string;
  act: string;
  busy: boolean;
  problem: Problem | null;
  danger?: boolean;
  /** It is read, and not done, by whoever may not. */
  shut?: boolean;
  onAct: () => void;
  onClose: () => void;
  children: ReactNode;
}) {
  const { t } = useWords();
  const id = useId();
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
          <button
            className={danger ? "btn danger" : "btn primary"}
            type="submit"
            form={id}
            disabled={busy || shut}
          >
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
          onAct();
        }}
      >
        {children}
        {problem && <Trouble error={problem} plain />}
      </form>
    </Dialog>
  );
}
