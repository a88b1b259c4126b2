import { infiniteQueryOptions, type QueryClient, queryOptions } from "@tanstack/react-query";
import { api, got, type Schemas } from "../api/client";

export type Notice = Schemas["NotificationOut"];
export type Kind = Schemas["NotificationKind"];
export type Wishes = Schemas["WishesOut"];

export const KINDS: readonly Kind[] = [
  "assigned",
  "mentioned",
  "answered",
  "noted",
  "status",
  "woken",
  "term",
];
const PER_PAGE = 50;

export const noticesQuery = (unread: boolean) =>
  infiniteQueryOptions({
    queryKey: ["notices", "list", unread],
    queryFn: ({ pageParam, signal }) => {
      const query = { limit: PER_PAGE, cursor: pageParam, ...(unread ? { unread } : {}) };
      return got(api.GET("/api/v1/notifications", { params: { query }, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });

/** How many are not read, in words: past a thousand nobody counts. */
export const unreadQuery = queryOptions({
  queryKey: ["notices", "unread"],
  queryFn: async ({ signal }) => {
    const { unread, more } = await got(api.GET("/api/v1/notifications/count", { signal }));
    return `${unread}${more ? "+" : ""}`;
  },
  staleTime: 60_000,
});

export const wishesQuery = queryOptions({
  queryKey: ["notices", "wishes"],
  queryFn: ({ signal }) => got(api.GET("/api/v1/notification-wishes", { signal })),
});

/** Somebody was told something, here or in another window. */
export function noticesMoved(client: QueryClient): void {
  void client.invalidateQueries({ queryKey: ["notices"] });
}
