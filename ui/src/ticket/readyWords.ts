import { queryOptions } from "@tanstack/react-query";
import { api, got, type Schemas, whole } from "../api/client";

export type Canned = Schemas["CannedReplyOut"];
export type Place = Schemas["PlaceOut"];
export type Macro = Schemas["MacroOut"];

export const CALL = "::";

/** Whether what was just typed calls for a ready-made answer: `::` at the beginning of a word, the caret after it. */
export const isCall = (text: string, caret: number): boolean =>
  text.slice(caret - CALL.length, caret) === CALL && !/\S/.test(text.charAt(caret - CALL.length - 1));

/** The places nothing filled that are still in a text; an answer that holds one is refused. */
export const stillOpen = (text: string, places: readonly Place[]): readonly Place[] => {
  const named = new Set([...text.matchAll(/\{\{\s*([^{}\s]+)\s*\}\}/g)].map((found) => found[1]));
  const told = new Map(places.map((place) => [place.variable, place]));
  return [...told.values()].filter((place) => named.has(place.variable));
};

export const cannedQuery = queryOptions({
  queryKey: ["canned"],
  staleTime: 60_000,
  queryFn: ({ signal }) =>
    whole((cursor) =>
      got(api.GET("/api/v1/canned-replies", { params: { query: { limit: 200, cursor } }, signal })),
    ),
});

export const macrosQuery = queryOptions({
  queryKey: ["macros"],
  staleTime: 60_000,
  queryFn: ({ signal }) =>
    whole((cursor) => got(api.GET("/api/v1/macros", { params: { query: { limit: 200, cursor } }, signal }))),
});
