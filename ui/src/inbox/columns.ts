import type { Schemas } from "../api/client";
import type { Key } from "../i18n";

type Own = Schemas["Column"];
/** A field of the administration, by its key. */
export type FieldColumn = `custom_field:${string}`;
export type Column = Own | FieldColumn;

/** What a list can show of each request, with its heading and how wide it is. The object is in every list: it is the link. */
export const COLUMNS: Readonly<Record<Own, { words: Key; width: string }>> = {
  risk: { words: "inbox.col.risk", width: "w-risk" },
  term_on: { words: "inbox.col.term", width: "w-term" },
  reference: { words: "inbox.col.reference", width: "w-chan" },
  subject: { words: "inbox.col.subject", width: "" },
  contact: { words: "inbox.col.person", width: "w-who" },
  channel: { words: "inbox.col.channel", width: "w-chan" },
  procedure: { words: "inbox.col.procedure", width: "w-state" },
  status: { words: "inbox.col.state", width: "w-state" },
  team: { words: "inbox.col.team", width: "w-who" },
  assignee: { words: "inbox.col.assignee", width: "w-who" },
  tags: { words: "inbox.col.tags", width: "w-state" },
  received_at: { words: "inbox.col.received", width: "w-chan" },
  last_activity_at: { words: "inbox.col.activity", width: "w-act" },
  presence: { words: "inbox.col.presence", width: "w-who" },
};

export const USUAL: readonly Column[] = [
  "risk",
  "term_on",
  "subject",
  "contact",
  "channel",
  "status",
  "last_activity_at",
];

const WORD = "colonnes";
const FIELD = /^custom_field:([a-z][a-z0-9_]{0,39})$/;

export const fieldColumn = (key: string): FieldColumn => `custom_field:${key}`;

/** The key of the field a column shows; none: a column every list has. */
export const fieldOf = (column: Column): string | null => FIELD.exec(column)?.[1] ?? null;

const isColumn = (name: string): name is Column => name in COLUMNS || FIELD.test(name);

/** Keeps the columns that exist, each once, the object among them; none chosen: none. */
export function known(names: readonly string[]): Column[] {
  const found = [...new Set(names)].filter(isColumn);
  if (found.length === 0 || found.includes("subject")) return found;
  return [...found.slice(0, 2), "subject", ...found.slice(2)];
}

/** The columns of a list: what the address says, else its view, else what the person prefers, else the usual ones. */
export function columnsOf(
  address: URLSearchParams,
  ofView: readonly string[],
  preferred: readonly string[],
): readonly Column[] {
  const chosen = [(address.get(WORD) ?? "").split(","), ofView, preferred].map(known);
  return chosen.find((columns) => columns.length > 0) ?? USUAL;
}

/** Writes an address with columns; none: those of the view. */
export function withColumns(address: URLSearchParams, columns: readonly Column[]): URLSearchParams {
  const next = new URLSearchParams(address);
  if (columns.length > 0) next.set(WORD, columns.join(","));
  else next.delete(WORD);
  return next;
}

export const sameColumns = (one: readonly string[], other: readonly string[]): boolean =>
  one.join() === other.join();

/** The columns with one moved a place up or down. */
export function shifted(columns: readonly Column[], column: Column, step: -1 | 1): Column[] {
  const next = [...columns];
  const at = next.indexOf(column);
  const beside = next[at + step];
  if (at < 0 || beside === undefined) return next;
  next[at] = beside;
  next[at + step] = column;
  return next;
}
