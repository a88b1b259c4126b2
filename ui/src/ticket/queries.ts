import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, got, type Schemas } from "../api/client";

export type Moment = Schemas["MomentOut"];
export type Message = Schemas["MessageOut"];
export type Outbound = Schemas["OutboundOut"];
export type Saisine = Schemas["SaisineOut"];

const inTicket = (id: string) => ({ path: { ticket_id: id } });

export const ticketQuery = (id: string) =>
  queryOptions({
    queryKey: ["ticket", id, "self"],
    queryFn: ({ signal }) => got(api.GET("/api/v1/tickets/{ticket_id}", { params: inTicket(id), signal })),
  });

/** How much of a story is read at once from its end. */
const STORY_PAGE = 100;

/** The story from its end, a page at a time: a screen opens on what was said last. */
export const threadQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ["ticket", id, "thread"],
    initialPageParam: null as string | null,
    queryFn: ({ signal, pageParam }) => {
      const query = { limit: STORY_PAGE, cursor: pageParam, order: "newest" as const };
      const params = { ...inTicket(id), query };
      return got(api.GET("/api/v1/tickets/{ticket_id}/timeline", { params, signal }));
    },
    getNextPageParam: (last) => last.next_cursor,
    // Oldest first, as it is told.
    select: ({ pages }) => pages.flatMap((page) => page.data).reverse(),
  });

/** One message of a request, by its own name. */
export const messageQuery = (id: string, messageId: string | null) =>
  queryOptions({
    queryKey: ["ticket", id, "message", messageId],
    queryFn: async ({ signal }): Promise<Message | null> => {
      if (!messageId) return null;
      const params = { path: { message_id: messageId } };
      return got(api.GET("/api/v1/messages/{message_id}", { params, signal }));
    },
  });

export const saisinesQuery = (id: string) =>
  queryOptions({
    queryKey: ["ticket", id, "saisines"],
    queryFn: async ({ signal }) => {
      const params = { ...inTicket(id), query: { limit: 100 } };
      return (await got(api.GET("/api/v1/tickets/{ticket_id}/saisines", { params, signal }))).data;
    },
  });

export const contactQuery = (id: string) =>
  queryOptions({
    queryKey: ["contact", id],
    queryFn: ({ signal }) =>
      got(api.GET("/api/v1/contacts/{contact_id}", { params: { path: { contact_id: id } }, signal })),
    staleTime: 60_000,
  });

/** The latest other requests of a person. */
export const othersQuery = (contactId: string) =>
  queryOptions({
    queryKey: ["others", contactId],
    queryFn: async ({ signal }) => {
      const query = { contact_id: contactId, limit: 8 };
      return (await got(api.GET("/api/v1/tickets", { params: { query }, signal }))).data;
    },
    staleTime: 60_000,
  });
