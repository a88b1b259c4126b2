import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, got, type Schemas } from "../api/client";
import type { Outbound } from "../ticket/queries";

export type Decision = Schemas["NewResolution"]["decision"];
export type Lane = Schemas["LaneOut"];
export type Held = Schemas["IntakeOut"];

/** The lists of sendings, by the states they hold. */
export const FILES = {
  reprendre: "unknown,failed,bounced",
  attente: "frozen,sending",
  partis: "accepted,delivered",
  abandonnes: "abandoned",
} as const;
export type File = keyof typeof FILES;
export const isFile = (name: string | null): name is File => name !== null && name in FILES;

const PER_PAGE = 50;
const MOST_COUNTED = 100;
const SHORT = 30_000;

export const sendingsQuery = (file: File) =>
  infiniteQueryOptions({
    queryKey: ["sendings", file],
    queryFn: ({ pageParam, signal }) => {
      const query = { state: FILES[file], limit: PER_PAGE, cursor: pageParam };
      return got(api.GET("/api/v1/outbound", { params: { query }, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    staleTime: SHORT,
  });

export const heldQuery = infiniteQueryOptions({
  queryKey: ["held"],
  queryFn: ({ pageParam, signal }) => {
    const query = { state: "held" as const, limit: PER_PAGE, cursor: pageParam };
    return got(api.GET("/api/v1/intake", { params: { query }, signal }));
  },
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next_cursor,
  staleTime: SHORT,
});

/** What holds the sendings of channels back; those that flow are left out. */
export const lanesQuery = queryOptions({
  queryKey: ["lanes"],
  queryFn: async ({ signal }): Promise<Lane[]> => {
    const query = { limit: 200 };
    const page = await got(api.GET("/api/v1/outbound/lanes", { params: { query }, signal }));
    return page.data.filter((lane) => lane.state !== "flowing");
  },
  staleTime: SHORT,
});

/** How many sendings and deliveries wait for a person, a hundred at most. */
export const waitingSendingsQuery = queryOptions({
  queryKey: ["waiting", "sendings"],
  queryFn: async ({ signal }) => {
    const query = { state: FILES.reprendre, limit: MOST_COUNTED };
    return counted(await got(api.GET("/api/v1/outbound", { params: { query }, signal })));
  },
  staleTime: SHORT,
  refetchInterval: 2 * SHORT,
});
export const waitingHeldQuery = queryOptions({
  queryKey: ["waiting", "held"],
  queryFn: async ({ signal }) => {
    const query = { state: "held" as const, limit: MOST_COUNTED };
    return counted(await got(api.GET("/api/v1/intake", { params: { query }, signal })));
  },
  staleTime: SHORT,
  refetchInterval: 2 * SHORT,
});

const counted = (page: { data: readonly unknown[]; next_cursor: string | null }): string =>
  page.next_cursor ? `${page.data.length}+` : String(page.data.length);

export const resolved = (id: string, decision: Decision, reason: string, name: string): Promise<Outbound> =>
  got(
    api.POST("/api/v1/outbound/{outbound_id}/resolutions", {
      params: { path: { outbound_id: id }, header: { "idempotency-key": name } },
      body: { decision, reason },
    }),
  );

export const replayQuery = queryOptions({
  queryKey: ["replay"],
  queryFn: ({ signal }) =>
    got(api.POST("/api/v1/outbound/replays/previews", { body: { states: ["failed", "bounced"] }, signal })),
  staleTime: 0,
});

export const replayed = (reason: string, name: string) =>
  got(
    api.POST("/api/v1/outbound/replays", {
      params: { header: { "idempotency-key": name } },
      body: { states: ["failed", "bounced"], reason },
    }),
  );

export const released = (id: string, reason: string, name: string): Promise<Held> =>
  got(
    api.POST("/api/v1/intake/{receipt_id}/releases", {
      params: { path: { receipt_id: id }, header: { "idempotency-key": name } },
      body: { reason },
    }),
  );
