import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { api, got, type Schemas, sessionEnded } from "../api/client";
import { Problem, problemOf } from "../api/problem";
import { wishedLanguage } from "../i18n";
import type { Kind } from "./draftKeeper";

export type Piece = Schemas["DraftPieceOut"];

/** A file on its way to the server, or refused there; it goes on while its author reads another request. */
export interface Arriving {
  readonly id: number;
  readonly name: string;
  readonly size: number;
  readonly part: number;
  readonly problem: Problem | null;
}

const NONE: readonly Arriving[] = [];
const SCANNED_MS = 3_000;
const arriving = new Map<string, readonly Arriving[]>();
const under = new Map<number, { request: XMLHttpRequest; file: File }>();
const watchers = new Set<() => void>();
const placeOf = (ticketId: string, kind: Kind): string => `${ticketId}/${kind}`;
let last = 0;

export const piecesQuery = (ticketId: string, kind: Kind) =>
  queryOptions({
    queryKey: ["pieces", ticketId, kind],
    queryFn: async ({ signal }): Promise<readonly Piece[]> => {
      const params = { path: { ticket_id: ticketId, draft_kind: kind } };
      const found = await got(
        api.GET("/api/v1/tickets/{ticket_id}/drafts/{draft_kind}/attachments", { params, signal }),
      );
      return found.data;
    },
    // What an antivirus says of them comes a little later.
    refetchInterval: ({ state }) =>
      state.data?.some((piece) => piece.scan === "waiting") ? SCANNED_MS : false,
  });

export function watchArriving(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

export const arrivingOf = (ticketId: string, kind: Kind): readonly Arriving[] =>
  arriving.get(placeOf(ticketId, kind)) ?? NONE;

function change(place: string, next: readonly Arriving[]): void {
  if (next.length > 0) arriving.set(place, next);
  else arriving.delete(place);
  for (const watcher of watchers) watcher();
}

function tell(place: string, id: number, news: Partial<Arriving>): void {
  const now = arriving.get(place) ?? NONE;
  change(
    place,
    now.map((one) => (one.id === id ? { ...one, ...news } : one)),
  );
}

/** Sends a file up. The same file under the same name is there once, so that it may be sent again without harm. */
export function sendUp(client: QueryClient, ticketId: string, kind: Kind, file: File): void {
  last += 1;
  const id = last;
  const place = placeOf(ticketId, kind);
  change(place, [
    ...arrivingOf(ticketId, kind),
    { id, name: file.name, size: file.size, part: 0, problem: null },
  ]);
  const request = new XMLHttpRequest();
  under.set(id, { request, file });
  const failed = (problem: Problem): void => {
    if (problem.status === 401) sessionEnded();
    tell(place, id, { problem });
  };
  request.open(
    "POST",
    `/api/v1/tickets/${ticketId}/drafts/${kind}/attachments?name=${encodeURIComponent(file.name.slice(0, 300))}`,
  );
  request.setRequestHeader("Content-Type", file.type || "application/octet-stream");
  request.setRequestHeader("Accept-Language", wishedLanguage());
  request.upload.onprogress = ({ loaded, total }) => tell(place, id, { part: total ? loaded / total : 0 });
  request.onerror = () => failed(new Problem(0));
  request.onload = async () => {
    if (request.status !== 201) {
      const headers = { "x-request-id": request.getResponseHeader("x-request-id") ?? "" };
      failed(await problemOf(new Response(request.responseText, { status: request.status, headers })));
      return;
    }
    await client.invalidateQueries({ queryKey: ["pieces", ticketId, kind] });
    forgetArriving(ticketId, kind, id);
  };
  request.send(file);
}

/** Stops a file on its way, or puts aside one that was refused. */
export function forgetArriving(ticketId: string, kind: Kind, id: number): void {
  under.get(id)?.request.abort();
  under.delete(id);
  const place = placeOf(ticketId, kind);
  change(
    place,
    (arriving.get(place) ?? NONE).filter((one) => one.id !== id),
  );
}

export function sendAgain(client: QueryClient, ticketId: string, kind: Kind, id: number): void {
  const file = under.get(id)?.file;
  forgetArriving(ticketId, kind, id);
  if (file) sendUp(client, ticketId, kind, file);
}

export async function removePiece(ticketId: string, kind: Kind, pieceId: string): Promise<void> {
  await got(
    api.DELETE("/api/v1/tickets/{ticket_id}/drafts/{draft_kind}/attachments/{attachment_id}", {
      params: { path: { ticket_id: ticketId, draft_kind: kind, attachment_id: pieceId } },
    }),
  );
}
