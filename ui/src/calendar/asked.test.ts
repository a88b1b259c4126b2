import { expect, test } from "vitest";
import { askedOf, changed, listedOf, narrowing, toOverdue } from "./asked";

const at = (words: string) => new URLSearchParams(words);

test("the address says what is shown, and what it does not say is not narrowed", () => {
  const asked = askedOf(at("risque=near&demarche=URB-DP&equipe=team_1"));
  expect(narrowing(asked)).toEqual({ risk: "near", procedure: "URB-DP", team_id: "team_1" });
  expect(narrowing(askedOf(at("risque=grave&demarche=")))).toEqual({});
});

test("a day, what is overdue, or what comes", () => {
  expect(["jour=2026-12-14", "jour=depasses", "jour=demain", ""].map((words) => listedOf(at(words)))).toEqual(
    [{ day: "2026-12-14" }, "overdue", "coming", "coming"],
  );
});

test("one word of an address changes and the others stay", () => {
  expect(changed(at("mois=2026-12&jour=2026-12-14"), { jour: null, risque: "near" })).toBe(
    "?mois=2026-12&risque=near",
  );
  expect(toOverdue(at("mois=2026-12"), "born")).toBe("?mois=2026-12&jour=depasses&risque=born");
});
