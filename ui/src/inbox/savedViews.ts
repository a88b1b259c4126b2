import { queryOptions } from "@tanstack/react-query";
import { actName, api, got, ifMatch, type Schemas } from "../api/client";
import { FILTERS, type View, type Wanted } from "./views";

export type Saved = Schemas["ViewOut"];
export type Owner = Schemas["Owner"];
export type Me = Schemas["MeOut"];

export const OWNERS: readonly Owner[] = ["person", "team", "administration"];
const APART = 10;

/** The views one keeps, those of one's teams and of the administration, each counted by the API with one's own eyes. */
export const savedViewsQuery = queryOptions({
  queryKey: ["views"],
  queryFn: async ({ signal }) => {
    const views: Saved[] = [];
    let cursor: string | null = null;
    do {
      const page: Schemas["Page_ViewOut_"] = await got(
        api.GET("/api/v1/views", { params: { query: { count: true, limit: 200, cursor } }, signal }),
      );
      views.push(...page.data);
      cursor = page.next_cursor;
    } while (cursor);
    return views;
  },
  staleTime: 20_000,
});

/** A saved view as a list of the screen: its filters are the query of the list, as they were asked. */
export function viewOf(saved: Saved): View {
  const wanted: Wanted = { sort: saved.sort };
  for (const filter of FILTERS) {
    const value = saved.filter[filter];
    if (value === undefined || value === null) continue;
    // Not set aside is a filter, not unassigned is none.
    if (value !== false || filter === "snoozed") wanted[filter] = String(value);
  }
  return { name: saved.id, words: "views.named", values: { name: saved.name }, icon: "star", wanted, saved };
}

/** The filters to save: what the list on screen is narrowed to, nothing else. */
export function filterOf(wanted: Wanted): Schemas["TicketQuery"] {
  const { sort: _, unassigned, snoozed, ...rest } = wanted;
  return {
    ...rest,
    unassigned: unassigned !== undefined,
    ...(snoozed ? { snoozed: snoozed === "true" } : {}),
  };
}

/** Whether two lists are narrowed alike, whatever the order of the words. */
export const isSame = (one: Wanted, other: Wanted): boolean =>
  one.sort === other.sort && FILTERS.every((filter) => (one[filter] ?? "") === (other[filter] ?? ""));

/** Whether somebody may change or remove a view, as the API decides it. */
export function mayKeep(me: Me, owner: Owner, teamId: string | null): boolean {
  const administers = me.scopes.includes("users:admin");
  if (owner === "person" || administers) return true;
  return owner === "team" && me.scopes.includes("tickets:write") && me.teams.includes(teamId ?? "");
}

export const groupOf = (view: Saved): string => `${view.owner}:${view.team_id ?? ""}`;

/** The ranks to write so that a view goes one place up or down among those of its owner; those that stand well are left. */
export function moved(views: readonly Saved[], id: string, step: -1 | 1): { view: Saved; rank: number }[] {
  const one = views.find((view) => view.id === id);
  if (!one) return [];
  const group = views.filter((view) => groupOf(view) === groupOf(one));
  const at = group.indexOf(one);
  const beside = group[at + step];
  if (!beside) return [];
  group[at] = beside;
  group[at + step] = one;
  return group
    .map((view, index) => ({ view, rank: (index + 1) * APART }))
    .filter(({ view, rank }) => view.rank !== rank);
}

export const keepView = (body: Schemas["NewView"], name: string = actName()): Promise<Saved> =>
  got(api.POST("/api/v1/views", { params: { header: { "idempotency-key": name } }, body }));

export const changeView = (view: Saved, body: Schemas["ViewChange"]): Promise<Saved> =>
  got(
    api.PATCH("/api/v1/views/{view_id}", {
      params: { path: { view_id: view.id }, header: ifMatch(view.version) },
      body,
    }),
  );

export const removeView = (view: Saved): Promise<unknown> =>
  got(
    api.DELETE("/api/v1/views/{view_id}", {
      params: { path: { view_id: view.id }, header: ifMatch(view.version) },
    }),
  );

/** What makes a removed view again, for who takes the removal back. */
export const bodyOf = ({ name, owner, team_id, filter, columns, sort, rank }: Saved): Schemas["NewView"] => ({
  name,
  owner,
  team_id,
  filter: filter as Schemas["TicketQuery"],
  columns: columns as Schemas["NewView"]["columns"],
  sort,
  rank,
});
