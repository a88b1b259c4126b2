import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, got, ifMatch, type Schemas } from "../api/client";
import type { Saisine } from "../ticket/queries";

export type EventForm = Schemas["EventFormOut"];
export type EventField = Schemas["EventFieldOut"];
export type LegalEvent = Schemas["NewLegalEvent"];
export type Joinable = Schemas["EventChoiceOut"];

const inSaisine = (id: string) => ({ path: { saisine_id: id } });

/** What may be recorded of a saisine as it stands. */
export const eventFormsQuery = (saisine: Saisine) =>
  queryOptions({
    queryKey: ["event-forms", saisine.id, saisine.version],
    queryFn: ({ signal }) =>
      got(api.GET("/api/v1/saisines/{saisine_id}/event-forms", { params: inSaisine(saisine.id), signal })),
    staleTime: 60_000,
    placeholderData: keepPreviousData,
  });

/** What recording an event would change: the server reads the clock, nothing is made here. */
export const foreseenEventQuery = (saisine: Saisine, event: LegalEvent) =>
  queryOptions({
    queryKey: ["foreseen-event", saisine.id, saisine.version, event],
    queryFn: ({ signal }) =>
      got(
        api.POST("/api/v1/saisines/{saisine_id}/events/previews", {
          params: inSaisine(saisine.id),
          body: event,
          signal,
        }),
      ),
    staleTime: 30_000,
    retry: false,
  });

/** Records an event at the version read; sent again under the same name after a lost answer, it is recorded once. */
export const recorded = (saisine: Saisine, event: LegalEvent, name: string): Promise<Saisine> =>
  got(
    api.POST("/api/v1/saisines/{saisine_id}/events", {
      params: {
        ...inSaisine(saisine.id),
        header: { ...ifMatch(saisine.version), "idempotency-key": name },
      },
      body: event,
    }),
  );

/** Says that it is the same request as another one, received before. */
export const joined = (saisine: Saisine, to: string, reason: string): Promise<Schemas["JoinOut"]> =>
  got(
    api.POST("/api/v1/saisines/{saisine_id}/joins", {
      params: { ...inSaisine(saisine.id), header: ifMatch(saisine.version) },
      body: { to, reason },
    }),
  );

export const separated = (saisine: Saisine): Promise<Schemas["JoinOut"]> =>
  got(
    api.DELETE("/api/v1/saisines/{saisine_id}/joins", {
      params: { ...inSaisine(saisine.id), header: ifMatch(saisine.version) },
    }),
  );

/** Opens a saisine for what a message asks besides. */
export const openedBeside = (
  ticketId: string,
  messageId: string,
  asks: string,
  name: string,
): Promise<Saisine> =>
  got(
    api.POST("/api/v1/tickets/{ticket_id}/saisines", {
      params: { path: { ticket_id: ticketId }, header: { "idempotency-key": name } },
      body: { message_id: messageId, asks },
    }),
  );
