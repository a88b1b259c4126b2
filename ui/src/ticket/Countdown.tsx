import { type RefObject, useEffect, useRef, useState } from "react";
import { useWords } from "../i18n";
import { HELD_MS, release, sendNow } from "./held";

/** An answer about to leave: taken back, or sent at once. */
export function Countdown({
  ticketId,
  leavesAt,
  onBack,
}: {
  ticketId: string;
  leavesAt: number;
  onBack: () => void;
}) {
  const { t } = useWords();
  const [, setBeat] = useState(0);
  useEffect(() => {
    const beat = setInterval(() => setBeat((n) => n + 1), 500);
    return () => clearInterval(beat);
  }, []);
  const left = Math.max(0, Math.min(HELD_MS, leavesAt - Date.now()));
  return (
    <>
      <button
        className="btn primary"
        type="button"
        // biome-ignore lint/a11y/noAutofocus: it takes the place of the button that was just pressed
        autoFocus
        onClick={() => release(ticketId) && onBack()}
      >
        {t("compose.undo.act")}
      </button>
      <button className="btn" type="button" onClick={() => sendNow(ticketId)}>
        {t("compose.undo.now")}
      </button>
      <span className="small counter">{t("compose.undo", { n: Math.ceil(left / 1000) })}</span>
    </>
  );
}

/** Once the countdown is gone, and the focus with it, it stays where one writes: keys go on meaning something. */
export function useFocusAfter(waiting: boolean, place: RefObject<HTMLElement | null>): void {
  const waited = useRef(waiting);
  useEffect(() => {
    if (waited.current && !waiting && document.activeElement === document.body) place.current?.focus();
    waited.current = waiting;
  }, [waiting, place]);
}
