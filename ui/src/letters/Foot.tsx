import { Fragment } from "react";
import { useWords } from "../i18n";
import { useLetterWords } from "./words";

/** The acts under a letter; what was written is thrown away only when its author says so. */
export function Foot({
  form,
  leaving,
  onThrow,
  onStay,
  onClose,
  busy,
  act,
  told,
}: {
  form: string;
  leaving: boolean;
  onThrow: () => void;
  onStay: () => void;
  onClose: () => void;
  busy: boolean;
  act: string | null;
  told: string;
}) {
  const { t } = useWords();
  const say = useLetterWords();
  // Two sets of buttons, told apart by their keys: none becomes the other under the hand that strikes it.
  if (leaving)
    return (
      <Fragment key="leaving">
        <p className="grow" role="alert">
          <b>{say("letter.throw")}</b>
        </p>
        <button className="btn danger" type="button" onClick={onThrow}>
          {say("letter.throw.act")}
        </button>
        {/* biome-ignore lint/a11y/noAutofocus: the question was just asked, and the safe answer is at hand */}
        <button className="btn primary" type="button" autoFocus onClick={onStay}>
          {say("letter.throw.stay")}
        </button>
      </Fragment>
    );
  return (
    <Fragment key="writing">
      <span className="grow muted small">{told}</span>
      <button className="btn" type="button" disabled={busy} onClick={onClose}>
        {t("app.cancel")}
      </button>
      {act && (
        <button className="btn primary" type="submit" form={form} disabled={busy}>
          {busy ? say("letter.sending") : act}
        </button>
      )}
    </Fragment>
  );
}
