import { expect, test } from "vitest";
import { columnsOf, known, shifted, USUAL, withColumns } from "./columns";
import { filterOf, isSame, mayKeep, moved, type Saved, viewOf } from "./savedViews";

const saved = (id: string, words: Partial<Saved> = {}): Saved => ({
  id: `vue_${id}`,
  name: id,
  owner: "person",
  team_id: null,
  filter: { status: "new,open", unassigned: true },
  columns: [],
  sort: "term_on",
  rank: 0,
  count: 3,
  more: false,
  created_at: "2026-03-02T09:00:00Z",
  version: 1,
  ...words,
});
const me = {
  kind: "agent",
  name: "",
  user_id: "usr_1",
  scopes: ["tickets:write"],
  reach: "all",
  teams: ["tea_1"],
};

test("a view is the query it was saved from, there and back", () => {
  const view = viewOf(saved("a"));
  expect(view.wanted).toEqual({ sort: "term_on", status: "new,open", unassigned: "true" });
  expect(filterOf(view.wanted)).toEqual({ status: "new,open", unassigned: true });
  expect(isSame(view.wanted, { ...view.wanted })).toBe(true);
  expect(isSame(view.wanted, { ...view.wanted, risk: "near" })).toBe(false);
});

test("a view moves among those of its owner alone, and only the ranks that change are written", () => {
  const views = [saved("a", { rank: 10 }), saved("b", { rank: 20 }), saved("c", { owner: "administration" })];
  expect(moved(views, "vue_b", -1).map(({ view, rank }) => [view.name, rank])).toEqual([
    ["b", 10],
    ["a", 20],
  ]);
  expect(moved(views, "vue_b", 1)).toEqual([]);
  expect(moved(views, "vue_c", -1)).toEqual([]);
});

test("each keeps their own, a team's members who write theirs, the house those who administer it", () => {
  const kept = (owner: "person" | "team" | "administration", team: string | null) =>
    mayKeep(me as Parameters<typeof mayKeep>[0], owner, team);
  expect([
    kept("person", null),
    kept("team", "tea_1"),
    kept("team", "tea_2"),
    kept("administration", null),
  ]).toEqual([true, true, false, false]);
});

test("columns are those of the address, else of the view, else preferred, and the object is always among them", () => {
  const address = withColumns(new URLSearchParams("vue=x"), ["risk", "subject", "tags"]);
  expect(columnsOf(address, ["subject"], [])).toEqual(["risk", "subject", "tags"]);
  expect(columnsOf(withColumns(address, []), ["channel", "autre"], [])).toEqual(["channel", "subject"]);
  expect(columnsOf(new URLSearchParams(), [], ["subject", "team"])).toEqual(["subject", "team"]);
  expect(columnsOf(new URLSearchParams(), [], [])).toBe(USUAL);
  expect(known(["risk", "risk", "nope"])).toEqual(["risk", "subject"]);
});

test("a column moves one place and stops at both ends", () => {
  expect(shifted(["risk", "subject"], "subject", -1)).toEqual(["subject", "risk"]);
  expect(shifted(["risk", "subject"], "subject", 1)).toEqual(["risk", "subject"]);
});
