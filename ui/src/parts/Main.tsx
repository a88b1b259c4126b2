import type { ReactNode } from "react";
import { useTitle } from "./useTitle";

/**
 * The screen itself, which everything else stands around. It bears the name of the page, what is particular first: whoever is led
 * to it by a reader of screens is told where they are.
 */
export function Main({
  titles,
  beside = false,
  children,
}: {
  titles: readonly string[];
  /** A list of views stands at its side. */
  beside?: boolean;
  children: ReactNode;
}) {
  useTitle(...titles);
  return (
    <main
      className={beside ? "sheet" : "sheet wide"}
      id="contenu"
      tabIndex={-1}
      aria-label={titles.filter(Boolean).join(" · ")}
    >
      {children}
    </main>
  );
}
