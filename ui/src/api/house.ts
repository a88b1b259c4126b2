import { type QueryClient, queryOptions, useQuery } from "@tanstack/react-query";
import { begin } from "./begin";
import { api, got, type Schemas, whole } from "./client";

const LONG = 5 * 60_000;

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: ({ signal }) => got(api.GET("/api/v1/me", { signal })),
  staleTime: LONG,
});

export const tenantQuery = queryOptions({
  queryKey: ["tenant"],
  queryFn: ({ signal }) => got(api.GET("/api/v1/tenant", { signal })),
  staleTime: LONG,
});

export const teamsQuery = queryOptions({
  queryKey: ["teams"],
  queryFn: async ({ signal }) =>
    (await got(api.GET("/api/v1/teams", { params: { query: { limit: 200 } }, signal }))).data,
  staleTime: LONG,
});

export const usersQuery = queryOptions({
  queryKey: ["users"],
  queryFn: ({ signal }) =>
    whole((cursor) => got(api.GET("/api/v1/users", { params: { query: { limit: 200, cursor } }, signal }))),
  staleTime: LONG,
});

/** The fields the administration adds to its requests, archived ones too: what they hold is still shown. */
export const customFieldsQuery = queryOptions({
  queryKey: ["custom-fields"],
  queryFn: ({ signal }) =>
    whole((cursor) =>
      got(
        api.GET("/api/v1/custom-fields", {
          params: { query: { limit: 200, archived: true, cursor } },
          signal,
        }),
      ),
    ),
  staleTime: LONG,
});

export const tagsQuery = queryOptions({
  queryKey: ["tags"],
  queryFn: ({ signal }) =>
    whole((cursor) => got(api.GET("/api/v1/tags", { params: { query: { limit: 200, cursor } }, signal }))),
  staleTime: LONG,
});

/** Who is here; the shell waits for it, so that screens may count on it. */
export function useMe(): Schemas["MeOut"] {
  const { data } = useQuery(meQuery);
  if (!data) throw new Error("the shell shows no screen before it knows who is here");
  return data;
}

export const useZone = (): string => useQuery(tenantQuery).data?.time_zone ?? "Europe/Paris";

export const useMay = (scope: string): boolean => useMe().scopes.includes(scope);

/** Begins to read whose names a screen will say, before it is known whom it names. */
export function beginNames(client: QueryClient): void {
  begin(client, usersQuery);
  begin(client, teamsQuery);
}

/** The names of people and teams by their identifiers; an unknown one is said to be somebody. */
export function useNames(): (id: string | null) => string {
  const users = useQuery(usersQuery).data;
  const teams = useQuery(teamsQuery).data;
  return (id) => {
    if (!id) return "";
    return users?.find((one) => one.id === id)?.name ?? teams?.find((one) => one.id === id)?.name ?? "…";
  };
}
