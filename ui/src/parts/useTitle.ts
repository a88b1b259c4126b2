import { useEffect } from "react";

/** Names the page in the browser's title, what is particular first. */
export function useTitle(...parts: string[]): void {
  const title = [...parts.filter(Boolean), "Parvis"].join(" · ");
  useEffect(() => {
    document.title = title;
  }, [title]);
}
