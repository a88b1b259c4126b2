import { expect, test } from "vitest";
import type { Schemas } from "../api/client";
import { addressOf, viewsOf, wantedOf, withFilter, withSort } from "./views";

const me: Schemas["MeOut"] = {
  kind: "agent",
  name: "Camille Exemple",
  user_id: "usr_01k0fgwz0vfrx9tmka3wy0q3gh",
  scopes: ["tickets:read"],
  reach: "all",
  operator_contact: null,
  teams: ["tea_01k0fgwz0vfrx9tmka3wy0q3gh"],
};
const [first, ...others] = viewsOf(me, [], "2026-03-10");

test("each view has its own name, one's own and one's teams' among them", () => {
  const names = [first, ...others].map((view) => view.name);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toContain("miens");
  expect(names).toContain("equipe-tea_01k0fgwz0vfrx9tmka3wy0q3gh");
});

test("a key has neither requests nor teams of its own", () => {
  const names = viewsOf({ ...me, user_id: null, teams: [] }, [], "2026-03-10").map((view) => view.name);
  expect(names).not.toContain("miens");
});

test("the address says what differs from its view, and may empty a filter of it", () => {
  const narrowed = withFilter(new URLSearchParams("vue=echeances"), first, "risk", "critical");
  expect(narrowed.toString()).toBe("vue=echeances&risque=critical");
  expect(wantedOf(narrowed, first)).toEqual({ ...first.wanted, risk: "critical" });
  const emptied = withFilter(narrowed, first, "status", "");
  expect(wantedOf(emptied, first).status).toBeUndefined();
  const again = withFilter(emptied, first, "status", first.wanted.status ?? "");
  expect(again.has("etat")).toBe(false);
  expect(wantedOf(withSort(again, "-last_activity_at"), first).sort).toBe("-last_activity_at");
});

test("the link of a figure leads to the list that makes it, closed requests too", () => {
  const wanted = {
    sort: "-last_activity_at",
    channel: "email",
    received_from: "2026-02-11",
    received_to: "2026-03-12",
  } as const;
  const [, address] = addressOf(wanted).split("?");
  const named = new URLSearchParams(address);
  const view = [first, ...others].find((one) => one.name === named.get("vue")) ?? first;
  expect(wantedOf(named, view)).toEqual(wanted);
});
