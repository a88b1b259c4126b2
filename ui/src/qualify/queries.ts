import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, got, ifMatch, type Schemas } from "../api/client";
import type { Saisine } from "../ticket/queries";

export type Asked = Schemas["AskedQualification"];
export type Foreseen = Schemas["ForeseenOut"];
export type Regime = Schemas["Regime"];
export type Dismissal = Schemas["DismissalReason"];
export type Proposed = Pick<
  Schemas["SuggestionOut"],
  "code" | "title" | "effect" | "delay" | "certainty" | "words" | "competent"
>;

const inSaisine = (id: string) => ({ path: { saisine_id: id } });

export const proposalsQuery = (saisineId: string) =>
  queryOptions({
    queryKey: ["proposals", saisineId],
    queryFn: ({ signal }) =>
      got(api.GET("/api/v1/saisines/{saisine_id}/suggestions", { params: inSaisine(saisineId), signal })),
    staleTime: 5 * 60_000,
  });

/** The procedures whose name or words hold what is typed. */
export const proceduresQuery = (typed: string) =>
  queryOptions({
    queryKey: ["procedures", typed],
    queryFn: async ({ signal }): Promise<Proposed[]> => {
      const query = { q: typed, limit: 8 };
      const page = await got(api.GET("/api/v1/sve/procedures", { params: { query }, signal }));
      return page.data.map((one) => ({ ...one, words: [], competent: true }));
    },
    staleTime: 5 * 60_000,
    placeholderData: keepPreviousData,
  });

/** What a qualification would change: the server reads the clock, nothing is made here. */
export const foreseenQuery = (saisine: Saisine, asked: Asked) =>
  queryOptions({
    queryKey: ["foreseen", saisine.id, saisine.version, asked],
    queryFn: ({ signal }) =>
      got(
        api.POST("/api/v1/saisines/{saisine_id}/qualifications/previews", {
          params: inSaisine(saisine.id),
          body: asked,
          signal,
        }),
      ),
    staleTime: 30_000,
    placeholderData: keepPreviousData,
  });

export const qualified = (saisine: Saisine, asked: Asked, reason: string): Promise<Saisine> =>
  got(
    api.POST("/api/v1/saisines/{saisine_id}/qualifications", {
      params: { ...inSaisine(saisine.id), header: ifMatch(saisine.version) },
      body: { ...asked, reason },
    }),
  );

export const dismissed = (
  saisine: Saisine,
  reason: Dismissal,
  words: string,
  name: string,
): Promise<Saisine> =>
  got(
    api.POST("/api/v1/saisines/{saisine_id}/events", {
      params: {
        ...inSaisine(saisine.id),
        header: { ...ifMatch(saisine.version), "idempotency-key": name },
      },
      body: { type: "dismissed", reason, ...(words ? { words } : {}) },
    }),
  );
