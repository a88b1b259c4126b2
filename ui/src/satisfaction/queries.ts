import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, got, type Schemas } from "../api/client";

export type Grade = Schemas["Grade"];
export type Answer = Schemas["SatisfactionAnswerOut"];
export type SatisfactionFigures = Schemas["SatisfactionFiguresOut"];

/** The best first, as the server has them. */
export const GRADES: readonly Grade[] = [
  "very_satisfied",
  "satisfied",
  "mixed",
  "dissatisfied",
  "very_dissatisfied",
];
const PER_PAGE = 50;
const A_DAY = /^\d{4}-\d\d-\d\d$/;

/** What a list of answers is narrowed by; days are those on which people were asked. */
export interface Narrowed {
  grade?: Grade;
  from?: string;
  to?: string;
  team_id?: string;
}

/** Reads the address of a list; a word it does not know narrows nothing. */
export function narrowedBy(address: URLSearchParams): Narrowed {
  const grade = GRADES.find((one) => one === address.get("degre"));
  const day = (name: string) => (A_DAY.test(address.get(name) ?? "") ? address.get(name) : null);
  const [from, to, team] = [day("du"), day("au"), address.get("equipe")];
  return {
    ...(grade && { grade }),
    ...(from && { from }),
    ...(to && { to }),
    ...(team && { team_id: team }),
  };
}

/** Returns the address of a list of answers. */
export function answersAt({ grade, from, to, team_id }: Narrowed): string {
  const words = new URLSearchParams();
  if (grade) words.set("degre", grade);
  if (from) words.set("du", from);
  if (to) words.set("au", to);
  if (team_id) words.set("equipe", team_id);
  return `/satisfaction?${words}`;
}

export const answersQuery = (wanted: Narrowed) =>
  infiniteQueryOptions({
    queryKey: ["satisfaction", "answers", wanted],
    queryFn: ({ pageParam, signal }) => {
      const query = { limit: PER_PAGE, cursor: pageParam, ...wanted };
      return got(api.GET("/api/v1/satisfaction-answers", { params: { query }, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });

export const satisfactionFiguresQuery = (period: Omit<Narrowed, "grade">) =>
  queryOptions({
    queryKey: ["satisfaction", "figures", period],
    queryFn: ({ signal }) =>
      got(api.GET("/api/v1/figures/satisfaction", { params: { query: period }, signal })),
    staleTime: 60_000,
  });

export const satisfactionSettingsQuery = queryOptions({
  queryKey: ["satisfaction-settings"],
  queryFn: ({ signal }) => got(api.GET("/api/v1/satisfaction-settings", { signal })),
});
