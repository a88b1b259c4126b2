import type {
  FetchInfiniteQueryOptions,
  FetchQueryOptions,
  QueryClient,
  QueryKey,
} from "@tanstack/react-query";

// A part of a screen that is drawn once another answer came would ask its own question only then, and everybody would wait for both
// one after the other. The screen begins it with its own: whoever draws the part finds the answer, or waits no longer than for the rest.

const isNew = (client: QueryClient, key: QueryKey): boolean => client.getQueryState(key) === undefined;

/** Begins a question, unless it was asked before. */
export function begin<Read, Data, Key extends QueryKey>(
  client: QueryClient,
  asked: FetchQueryOptions<Read, Error, Data, Key>,
): void {
  if (isNew(client, asked.queryKey)) void client.prefetchQuery(asked);
}

/** Begins a list read page by page, unless it was asked before. */
export function beginList<Read, Data, Key extends QueryKey, Page>(
  client: QueryClient,
  asked: FetchInfiniteQueryOptions<Read, Error, Data, Key, Page>,
): void {
  if (isNew(client, asked.queryKey)) void client.prefetchInfiniteQuery(asked);
}
