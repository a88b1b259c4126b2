import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, got, ifMatch, type Schemas } from "../api/client";
import type { Saisine } from "../ticket/queries";

export type EventForm = Schemas["EventFormOut"];
export type EventField = Schemas["EventFieldOut"];
export type LegalEvent = Schemas["NewLegalEvent"];

const inSaisine = (id: string) => ({ path: { saisine_id: id } });

/** What may be recorded of a saisine as it stands. */
export const eventFormsQuery = (saisine: Saisine) =>
  queryOptions({
    queryKey: ["event-forms", saisine.id, saisine.version],
    queryFn: async ({ signal }) =>
      (
        await got(
          api.GET("/api/v1/saisines/{saisine_id}/event-forms", { params: inSaisine(saisine.id), signal }),
        )
      ).forms,
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
