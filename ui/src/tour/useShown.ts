import { useEffect } from "react";

/** Marks what a step shows, as soon as it is on the screen; it may come late, or be made again by its screen. */
export function useShown(selector: string | undefined): void {
  useEffect(() => {
    if (!selector) return;
    let marked: Element | null = null;
    const mark = (): void => {
      if (marked?.isConnected) return;
      marked = document.querySelector(selector);
      marked?.setAttribute("data-shown", "");
      marked?.scrollIntoView({ block: "nearest" });
    };
    mark();
    const seen = new MutationObserver(mark);
    seen.observe(document.body, { childList: true, subtree: true });
    return () => {
      seen.disconnect();
      marked?.removeAttribute("data-shown");
    };
  }, [selector]);
}
