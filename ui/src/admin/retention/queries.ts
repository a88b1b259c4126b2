import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, got, ifMatch, type Schemas } from "../../api/client";

export type Policy = Schemas["PolicyOut"];
export type Duration = Schemas["NewDuration"];
export type Leaving = Schemas["EliminationListOut"];
export type Line = Schemas["EliminationLineOut"];
export type Hold = Schemas["HoldOut"];

export const policiesQuery = queryOptions({
  queryKey: ["retention-policies"],
  queryFn: async ({ signal }) => (await got(api.GET("/api/v1/retention-policies", { signal }))).data,
});

const asked = (cursor: string | null) => ({ limit: 50, ...(cursor ? { cursor } : {}) });

export const leavingQuery = infiniteQueryOptions({
  queryKey: ["elimination-lists"],
  queryFn: ({ pageParam, signal }) =>
    got(api.GET("/api/v1/elimination-lists", { params: { query: asked(pageParam) }, signal })),
  initialPageParam: null as string | null,
  getNextPageParam: (last) => last.next_cursor,
});

export const linesQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ["elimination-lists", id, "lines"],
    queryFn: ({ pageParam, signal }) => {
      const params = { path: { list_id: id }, query: asked(pageParam) };
      return got(api.GET("/api/v1/elimination-lists/{list_id}/lines", { params, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
  });

export const holdsQuery = infiniteQueryOptions({
  queryKey: ["legal-holds"],
  queryFn: ({ pageParam, signal }) =>
    got(api.GET("/api/v1/legal-holds", { params: { query: asked(pageParam) }, signal })),
  initialPageParam: null as string | null,
  getNextPageParam: (last) => last.next_cursor,
});

export const readPolicy = (category: string) =>
  got(api.GET("/api/v1/retention-policies/{category}", { params: { path: { category } } }));

/** What a duration would do, `written` as its body: one answer a body. */
export const foreseenQuery = (category: string, written: string) =>
  queryOptions({
    queryKey: ["retention-foreseen", category, written],
    queryFn: ({ signal }) =>
      got(
        api.POST("/api/v1/retention-policies/{category}/previews", {
          params: { path: { category } },
          body: JSON.parse(written) as Duration,
          signal,
        }),
      ),
    retry: false,
    gcTime: 0,
  });

export const decidedPolicy = (one: Policy, body: Schemas["NewPolicy"]) =>
  got(
    api.PUT("/api/v1/retention-policies/{category}", {
      params: { path: { category: one.category }, header: ifMatch(one.version) },
      body,
    }),
  );

export const liftedHold = (one: Hold, reason: string) =>
  got(
    api.PUT("/api/v1/legal-holds/{hold_id}/lifting", {
      params: { path: { hold_id: one.id }, header: ifMatch(one.version) },
      body: { reason },
    }),
  );

/** A number of months as it is typed; null where it is none, or more than the API keeps. */
export function monthsOf(typed: string): number | null {
  const written = typed.trim();
  const months = /^\d{1,4}$/.test(written) ? Number(written) : null;
  return months !== null && months <= 1200 ? months : null;
}

/** Where the server's page of a list is: what is done to it is done there. */
export const pageOf = (one: Pick<Leaving, "id">): string => `/archives/bordereaux/${one.id}`;

export const paperOf = (one: Pick<Leaving, "id">, format: "pdf" | "csv"): string =>
  `/api/v1/elimination-lists/${one.id}/document?format=${format}`;
