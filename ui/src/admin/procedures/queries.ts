import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, got, type Schemas } from "../../api/client";
import type { Case } from "./simulated";

export type Brief = Schemas["ProcedureBrief"];
export type Procedure = Schemas["ProcedureOut"];
export type InFull = Schemas["ProcedureInFull"];
export type Version = Schemas["VersionOut"];
export type Edition = Schemas["EditionOut"];
export type Published = Schemas["PublishedOut"];
export type NewProcedure = Schemas["NewProcedure"];

export interface Answer {
  reasons: readonly { key: string; value: unknown; source: string; because: string }[];
}

export const proceduresQuery = (q: string, origin: Brief["origin"] | null) =>
  infiniteQueryOptions({
    queryKey: ["procedures", "pages", q, origin],
    queryFn: ({ pageParam, signal }) => {
      const query = {
        limit: 50,
        ...(q ? { q } : {}),
        ...(origin ? { origin } : {}),
        ...(pageParam ? { cursor: pageParam } : {}),
      };
      return got(api.GET("/api/v1/sve/procedures", { params: { query }, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    placeholderData: keepPreviousData,
  });

export const procedureQuery = (code: string) =>
  queryOptions({
    queryKey: ["procedures", "one", code],
    queryFn: ({ signal }) =>
      got(api.GET("/api/v1/sve/procedures/{code}", { params: { path: { code } }, signal })),
  });

/** Each date of a case and its reason, by the engine that keeps real requests; nothing is kept of it. */
export const simulationQuery = (asked: Case) =>
  queryOptions({
    queryKey: ["simulations", asked],
    queryFn: ({ signal }) =>
      got(
        api.POST("/api/v1/sve/simulations", { body: asked as never, signal }),
      ) as Promise<unknown> as Promise<Answer>,
    staleTime: Number.POSITIVE_INFINITY,
  });

export const published = (body: NewProcedure, name: string): Promise<Published> =>
  got(api.POST("/api/v1/sve/procedures", { params: { header: { "idempotency-key": name } }, body }));

export const withdrawn = (code: string, body: Schemas["NewWithdrawal"], name: string) =>
  got(
    api.POST("/api/v1/sve/procedures/{code}/withdrawals", {
      params: { path: { code }, header: { "idempotency-key": name } },
      body,
    }),
  );

/** The edition an administration goes by, if it has one that was not withdrawn. */
export const standing = (editions: readonly Edition[]): Edition | null =>
  editions.filter((one) => one.withdrawn_at === null).at(-1) ?? null;
