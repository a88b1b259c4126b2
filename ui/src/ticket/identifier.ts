import { type InfiniteData, type QueryClient, queryOptions } from "@tanstack/react-query";
import { api, got } from "../api/client";
import { Problem } from "../api/problem";
import type { Ticket } from "../inbox/queries";

/** A request found by its reference; who asks is known where it stood in a list. */
export interface Found {
  id: string;
  contactId?: string | null;
}

const foundIn = (ticket: Ticket): Found => ({ id: ticket.id, contactId: ticket.contact?.id ?? null });

/** Finds the identifier behind a reference people read, or takes one that is an identifier already. */
export const identifierQuery = (reference: string) =>
  queryOptions({
    queryKey: ["identifier", reference],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }): Promise<Found> => {
      if (reference.startsWith("tkt_")) return { id: reference };
      const query = { q: reference, limit: 1 };
      const page = await got(api.GET("/api/v1/tickets", { params: { query }, signal }));
      const found = page.data.find((ticket) => ticket.reference === reference.toUpperCase());
      if (!found) throw new Problem(404);
      return foundIn(found);
    },
  });

/** A request that stands in a list read before: it needs not be looked for. */
export function identifierSeen(client: QueryClient, reference: string): Found | undefined {
  const lists = client.getQueriesData<InfiniteData<{ data: readonly Ticket[] }>>({ queryKey: ["tickets"] });
  for (const [, list] of lists)
    for (const page of list?.pages ?? [])
      for (const ticket of page.data) if (ticket.reference === reference) return foundIn(ticket);
  return undefined;
}
