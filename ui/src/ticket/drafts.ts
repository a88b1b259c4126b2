// What somebody was writing, kept in this browser until the API has a place for drafts. Signing out erases it with the rest.
export interface Draft {
  mode: "reply" | "note";
  text: string;
  /** The address chosen; none: the one the person wrote from. */
  to: string;
  savedAt: string;
}

const name = (ticketId: string): string => `parvis.brouillon.${ticketId}`;

export function readDraft(ticketId: string): Draft | null {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(name(ticketId)) ?? "null");
    if (typeof kept !== "object" || kept === null) return null;
    const { mode, text, to, savedAt } = kept as Partial<Draft>;
    if (typeof text !== "string" || !text || typeof savedAt !== "string") return null;
    return { mode: mode === "note" ? "note" : "reply", text, to: typeof to === "string" ? to : "", savedAt };
  } catch {
    return null;
  }
}

export function writeDraft(ticketId: string, draft: Draft): void {
  if (draft.text.trim()) localStorage.setItem(name(ticketId), JSON.stringify(draft));
  else dropDraft(ticketId);
}

export const dropDraft = (ticketId: string): void => localStorage.removeItem(name(ticketId));
