import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, got, type Schemas } from "../api/client";
import type { Wanted } from "./views";

export type Ticket = Schemas["TicketOut"];
export const PER_PAGE = 50;

/** The list, page after page. It is asked again when its reader says so, never by itself: no row moves under a hand. */
export const ticketsQuery = (wanted: Wanted) =>
  infiniteQueryOptions({
    queryKey: ["tickets", wanted],
    queryFn: ({ pageParam, signal }) =>
      got(
        api.GET("/api/v1/tickets", {
          params: { query: { ...queryOf(wanted), limit: PER_PAGE, cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 10 * 60_000,
  });

/** The beginning of the list as it is now, beside the one on screen. */
export const firstOf = async (wanted: Wanted): Promise<readonly Ticket[]> =>
  (await got(api.GET("/api/v1/tickets", { params: { query: { ...queryOf(wanted), limit: PER_PAGE } } })))
    .data;

/** How many requests a list holds, a thousand at most. */
export const countQuery = (wanted: Wanted) =>
  queryOptions({
    queryKey: ["count", wanted],
    queryFn: ({ signal }) =>
      got(api.GET("/api/v1/tickets/count", { params: { query: queryOf(wanted) }, signal })),
    staleTime: 20_000,
  });

/** The query of the API: the same words, but for what it wants as a truth value. */
export function queryOf({ unassigned, snoozed, ...wanted }: Wanted) {
  return {
    ...wanted,
    ...(unassigned ? { unassigned: true } : {}),
    ...(snoozed ? { snoozed: snoozed === "true" } : {}),
  };
}
