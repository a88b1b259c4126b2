import { queryOptions } from "@tanstack/react-query";
import { api, got } from "../api/client";
import { queryOf } from "../inbox/queries";
import type { Wanted } from "../inbox/views";

const FEW = 5;
const SOME = 20;
const AGAIN = 15_000;

/** Requests that say the words, in their messages or as their number, narrowed by the operators. */
export const foundTicketsQuery = (words: string, wanted: Partial<Wanted>) =>
  queryOptions({
    queryKey: ["found", "tickets", words, wanted],
    queryFn: ({ signal }) => {
      const query = {
        ...queryOf({ sort: "-last_activity_at", ...wanted }),
        ...(words ? { q: words } : {}),
        limit: SOME,
      };
      return got(api.GET("/api/v1/tickets", { params: { query }, signal }));
    },
    staleTime: AGAIN,
  });

/** People by the beginning of their name, or by a whole address. */
export const foundPeopleQuery = (words: string) =>
  queryOptions({
    queryKey: ["found", "people", words],
    queryFn: ({ signal }) =>
      got(api.GET("/api/v1/contacts", { params: { query: { q: words, limit: FEW } }, signal })),
    staleTime: AGAIN,
  });

export const foundProceduresQuery = (words: string) =>
  queryOptions({
    queryKey: ["found", "procedures", words],
    queryFn: ({ signal }) =>
      got(api.GET("/api/v1/sve/procedures", { params: { query: { q: words, limit: FEW } }, signal })),
    staleTime: AGAIN,
  });
