import { queryOptions } from "@tanstack/react-query";
import { api, got, ifMatch } from "../api/client";
import { Problem } from "../api/problem";
import type { Ticket } from "../inbox/queries";
import { type Act, type Bulk, type Over, type Preview, pace } from "./acts";

const FOLLOWED = 5;

/** One's last acts over several requests: kept by the server, so that a page read again finds them where they are. */
export const bulksQuery = queryOptions({
  queryKey: ["bulk"],
  queryFn: async ({ signal }): Promise<Bulk[]> =>
    (await got(api.GET("/api/v1/bulk-acts", { params: { query: { limit: FOLLOWED } }, signal }))).data,
  staleTime: 0,
  refetchInterval: (query) => pace(query.state.data),
});

/** What an act would do; nothing is written. */
export const foreseen = (act: Act, over: Over, signal?: AbortSignal): Promise<Preview> =>
  got(
    api.POST("/api/v1/bulk-acts/previews", {
      body: { act, ...over },
      ...(signal === undefined ? {} : { signal }),
    }),
  );

export const begun = (act: Act, over: Over, name: string): Promise<Bulk> =>
  got(
    api.POST("/api/v1/bulk-acts", {
      params: { header: { "idempotency-key": name } },
      body: { act, ...over },
    }),
  );

export const takenBack = (bulk: Bulk, name: string): Promise<Bulk> =>
  got(
    api.POST("/api/v1/bulk-acts/{bulk_id}/undo", {
      params: { path: { bulk_id: bulk.id }, header: { "idempotency-key": name } },
    }),
  );

/** The requests that refused an act, and why. */
export const refusedQuery = (bulk: Bulk) =>
  queryOptions({
    queryKey: ["bulk-refused", bulk.id],
    queryFn: async ({ signal }) => {
      const params = { path: { bulk_id: bulk.id }, query: { outcome: "refused", limit: 200 } };
      return (await got(api.GET("/api/v1/bulk-acts/{bulk_id}/items", { params, signal }))).data;
    },
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Brings requests back into the list, each at the version that was read; a refusal of one holds no other back. */
export async function awake(tickets: readonly Ticket[]): Promise<{ done: number; refused: Problem[] }> {
  const refused: Problem[] = [];
  for (const ticket of tickets) {
    const params = { path: { ticket_id: ticket.id }, header: ifMatch(ticket.version) };
    try {
      await api.DELETE("/api/v1/tickets/{ticket_id}/snooze", { params });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      refused.push(error);
    }
  }
  return { done: tickets.length - refused.length, refused };
}
