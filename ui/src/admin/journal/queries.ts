import { infiniteQueryOptions } from "@tanstack/react-query";
import { api, got, type Schemas } from "../../api/client";

export type Entry = Schemas["AuditEntryOut"];

/** What the journal is narrowed to. */
export interface Narrowed {
  action: string;
  object: string;
  actor: string;
  since: string;
  until: string;
}

export const NOTHING: Narrowed = { action: "", object: "", actor: "", since: "", until: "" };

const asked = (wanted: Narrowed) => Object.fromEntries(Object.entries(wanted).filter(([, value]) => value));

const read = (wanted: Narrowed, cursor: string | null, limit: number, signal?: AbortSignal) =>
  got(
    api.GET("/api/v1/audit", {
      params: { query: { ...asked(wanted), limit, ...(cursor ? { cursor } : {}) } },
      ...(signal ? { signal } : {}),
    }),
  );

export const journalQuery = (wanted: Narrowed) =>
  infiniteQueryOptions({
    queryKey: ["journal", wanted],
    queryFn: ({ pageParam, signal }) => read(wanted, pageParam, 50, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    staleTime: 0,
  });

export const verified = () => got(api.POST("/api/v1/audit/verifications"));
export const headOf = () => got(api.GET("/api/v1/audit/head"));

export const MOST_EXPORTED = 10_000;

/** Reads what the journal is narrowed to, page after page; says whether it went on beyond what one file takes. */
export async function everything(wanted: Narrowed): Promise<{ entries: Entry[]; more: boolean }> {
  const entries: Entry[] = [];
  let cursor: string | null = null;
  do {
    const page: Schemas["Page_AuditEntryOut_"] = await read(wanted, cursor, 200);
    entries.push(...page.data);
    cursor = page.next_cursor;
  } while (cursor && entries.length < MOST_EXPORTED);
  return { entries, more: cursor !== null };
}

const COLUMNS = ["link", "at", "actor", "action", "object", "detail"] as const;

/** Writes entries as CSV (RFC 4180); nothing in it can be taken for a formula by a spreadsheet. */
export function csvOf(entries: readonly Entry[]): string {
  const rows = entries.map((entry) =>
    COLUMNS.map((column) => {
      const value = entry[column];
      return cell(typeof value === "object" && value !== null ? JSON.stringify(value) : String(value ?? ""));
    }).join(","),
  );
  return `${[COLUMNS.join(","), ...rows].join("\r\n")}\r\n`;
}

function cell(words: string): string {
  const plain = /^[=+\-@\t\r]/.test(words) ? `'${words}` : words;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
