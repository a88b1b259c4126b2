import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, got, type Schemas } from "../api/client";
import { dayAfter } from "../text/dates";
import { type Asked, type Listed, narrowing } from "./asked";

export type TermDays = Schemas["TermDaysOut"];
export type TermDay = Schemas["TermDayOut"];
export type Line = Schemas["WatchLine"];
export type Feed = Schemas["FeedOut"];

const PER_PAGE = 20;

export const daysQuery = (first: string, last: string, asked: Asked) =>
  queryOptions({
    queryKey: ["term-days", first, last, asked],
    queryFn: ({ signal }) => {
      const query = { from: first, to: last, ...narrowing(asked) };
      return got(api.GET("/api/v1/sve/calendar", { params: { query }, signal }));
    },
    staleTime: 60_000,
    placeholderData: keepPreviousData,
  });

/** The terms of a day, those overdue, or those from a day to the end of what is shown. */
export function linesQuery(listed: Listed, asked: Asked, today: string, first: string, last: string) {
  const span =
    listed === "overdue"
      ? { before: today }
      : listed === "coming"
        ? { from: first > today ? first : today, before: dayAfter(last, 1) }
        : { from: listed.day, before: dayAfter(listed.day, 1) };
  return infiniteQueryOptions({
    queryKey: ["term-lines", span, asked],
    queryFn: ({ pageParam, signal }) => {
      const query = { ...span, ...narrowing(asked), limit: PER_PAGE, cursor: pageParam };
      return got(api.GET("/api/v1/sve/watch", { params: { query }, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    staleTime: 60_000,
  });
}

const NAMED = 3;

/** The first acceptances that silence has made, to be named; the whole list is one link away. */
export const bornQuery = queryOptions({
  queryKey: ["term-born"],
  queryFn: ({ signal }) => {
    const query = { risk: "born", limit: NAMED };
    return got(api.GET("/api/v1/sve/watch", { params: { query }, signal }));
  },
  staleTime: 60_000,
});

/** The acknowledgements of reception due on a day. */
export const duesQuery = (day: string, team: string | null) =>
  queryOptions({
    queryKey: ["term-dues", day, team],
    queryFn: ({ signal }) => {
      const query = {
        from: day,
        by: day,
        kind: "ARE" as const,
        limit: 100,
        ...(team ? { team_id: team } : {}),
      };
      return got(api.GET("/api/v1/sve/duties", { params: { query }, signal }));
    },
    staleTime: 60_000,
  });

/** Names a procedure of the catalogue; one that is there no more keeps its code. */
export const procedureQuery = (code: string) =>
  queryOptions({
    queryKey: ["procedure", code],
    queryFn: ({ signal }) =>
      got(api.GET("/api/v1/sve/procedures/{code}", { params: { path: { code } }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const foundProceduresQuery = (typed: string) =>
  queryOptions({
    queryKey: ["procedures-found", typed],
    queryFn: async ({ signal }) => {
      const query = { q: typed, limit: 30 };
      return (await got(api.GET("/api/v1/sve/procedures", { params: { query }, signal }))).data;
    },
    staleTime: 5 * 60_000,
    placeholderData: keepPreviousData,
  });

export const feedsQuery = queryOptions({
  queryKey: ["feeds"],
  queryFn: async ({ signal }): Promise<Feed[]> => {
    const query = { limit: 200 };
    const page = await got(api.GET("/api/v1/sve/calendar-feeds", { params: { query }, signal }));
    return page.data.filter((feed) => feed.revoked_at === null);
  },
});

export const made = (name: string) => got(api.POST("/api/v1/sve/calendar-feeds", { body: { name } }));

export const revoked = (id: string) =>
  got(api.DELETE("/api/v1/sve/calendar-feeds/{key_id}", { params: { path: { key_id: id } } }));
