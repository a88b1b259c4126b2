import type { Schemas } from "../api/client";

export type Act = Schemas["NewBulk"]["act"];
export type Kind = Act["kind"];
export type Bulk = Schemas["BulkOut"];
export type Preview = Schemas["BulkPreviewOut"];

/** What an act is over: the requests that are ticked, or all those of the list. */
export type Over = { ids: string[] } | { filter: Schemas["TicketQuery"] };

export const isAtWork = (bulk: Bulk): boolean => bulk.state === "running" || bulk.state === "undoing";

const WORKING_MS = 1_000;
const UNDOING_MS = 5_000;

/** How soon to ask again where one's acts stand; never when nothing more can happen to them. */
export function pace(bulks: readonly Bulk[] | undefined): number | false {
  if (bulks?.some(isAtWork)) return WORKING_MS;
  return bulks?.some((one) => one.may_undo) ? UNDOING_MS : false;
}

export interface Cause {
  why: string;
  references: string[];
  /** Requests whose reference their reader may not know. */
  unseen: number;
}

/** The refusals, a reason each, the most frequent first; a reason is told in the words of the server. */
export function causesOf(
  refusals: readonly { reference: string | null; code: string | null; detail: string | null }[],
): Cause[] {
  const found = new Map<string, Cause>();
  for (const one of refusals) {
    const why = one.detail || one.code || "";
    const cause = found.get(why) ?? { why, references: [], unseen: 0 };
    if (one.reference) cause.references.push(one.reference);
    else cause.unseen += 1;
    found.set(why, cause);
  }
  const size = (cause: Cause) => cause.references.length + cause.unseen;
  return [...found.values()].sort((one, other) => size(other) - size(one));
}
