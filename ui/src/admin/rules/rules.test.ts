import { expect, test } from "vitest";
import { delayOf, keptUnseen, narrowed, newRuleStep, ruleAct } from "./rules";

test("a delay is a whole number within what its trigger takes", () => {
  expect(delayOf("idle", " 48 ")).toBe(48);
  for (const wrong of ["", "0", "1.5", "-3", "8761", "99999"]) expect(delayOf("aged", wrong)).toBeNull();
  expect(delayOf("term", "365")).toBe(365);
  expect(delayOf("term", "366")).toBeNull();
});

test("an emptied condition narrows nothing, and the others stay", () => {
  expect(narrowed({ status: "new", tag: "tag_1" }, "tag", "")).toEqual({ status: "new" });
  expect(narrowed({ status: "new" }, "unassigned", true)).toEqual({ status: "new", unassigned: true });
});

test("conditions no field shows are named", () => {
  expect(keptUnseen({ status: "new,open", risk: "near,critical", procedure: "URB-DP" })).toEqual([
    "risk",
    "procedure",
  ]);
});

test("an act given to nobody takes the agent off, and nobody runs a rule", () => {
  expect(ruleAct(newRuleStep("assignee"))).toEqual({ kind: "assignee", assignee_id: null });
  expect(ruleAct({ ...newRuleStep("least_busy"), which: "tea_1" })).toEqual({
    kind: "least_busy",
    team_id: "tea_1",
  });
});
