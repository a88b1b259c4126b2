import { type ReactNode, useEffect, useId, useRef } from "react";
import { useWords } from "../i18n";
import { Icon } from "./Icon";

/** A dialog of the browser: it takes the focus, keeps it, and gives it back where it was. */
export function Dialog({
  title,
  onClose,
  children,
  foot,
  wide = false,
}: {
  title: string;
  onClose: () => void;
  children: ReactNode;
  foot?: ReactNode;
  /** Two columns side by side, which the children bring. */
  wide?: boolean;
}) {
  const { t } = useWords();
  const heading = useId();
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = box.current;
    const before = document.activeElement;
    dialog?.showModal();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={box}
      className={wide ? "dlg wide" : "dlg"}
      aria-labelledby={heading}
      onCancel={(event) => {
        if (!event.cancelable) return; // it closes by itself, and says so below
        event.preventDefault();
        onClose();
      }}
      onClose={() => {
        // Escape struck twice: browsers then close without asking. Whoever opened it decides.
        const dialog = box.current;
        if (!dialog?.isConnected || dialog.open) return;
        dialog.showModal();
        onClose();
      }}
    >
      <header>
        <h2 id={heading} className="grow">
          {title}
        </h2>
        <button className="btn quiet icon" type="button" aria-label={t("app.close")} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      {wide ? children : <div className="body">{children}</div>}
      {foot && <footer>{foot}</footer>}
    </dialog>
  );
}
