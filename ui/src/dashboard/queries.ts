import { queryOptions } from "@tanstack/react-query";
import { api, got, type Schemas } from "../api/client";
import type { Wanted } from "../inbox/views";

export type Figures = Schemas["ServiceFiguresOut"];
export type Component = Schemas["ComponentOut"];

export const SPANS = [7, 30, 90] as const;
export type Span = (typeof SPANS)[number];

export const spanOf = (word: string | null): Span => SPANS.find((one) => String(one) === word) ?? 30;

/** What is counted: so many days of reception up to today, of a team or of all. */
export interface Period {
  first: string;
  last: string;
  team: string | null;
}

export const figuresQuery = ({ first, last, team }: Period) =>
  queryOptions({
    queryKey: ["figures", first, last, team],
    queryFn: ({ signal }) => {
      const query = { from: first, to: last, ...(team ? { team_id: team } : {}) };
      return got(api.GET("/api/v1/figures", { params: { query }, signal }));
    },
    staleTime: 60_000,
  });

export const statusQuery = queryOptions({
  queryKey: ["status"],
  queryFn: ({ signal }) => got(api.GET("/api/v1/status", { signal })),
  staleTime: 60_000,
});

/** The list of what a period counts, narrowed once more. */
export const listOf = ({ first, last, team }: Period, more: Partial<Wanted> = {}): Wanted => ({
  sort: "-last_activity_at",
  received_from: first,
  received_to: last,
  ...(team ? { team_id: team } : {}),
  ...more,
});
