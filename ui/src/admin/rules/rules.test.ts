import { expect, test } from "vitest";
import { lacks } from "../ready/steps";
import type { Rule } from "./queries";
import { delayOf, keptUnseen, narrowed, newRuleStep, ruleAct, ruleSteps } from "./rules";

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

test("setting aside lasts some hours, of opening or not, or until the person writes", () => {
  const step = newRuleStep("snooze");
  expect(lacks(step)).toBe(true);
  expect(lacks({ ...step, hours: "0" })).toBe(true);
  expect(ruleAct({ ...step, hours: " 48 " })).toEqual({ kind: "snooze", hours: 48, business_hours: false });
  expect(ruleAct({ ...step, which: "open", hours: "8" })).toEqual({
    kind: "snooze",
    hours: 8,
    business_hours: true,
  });
  const until = { ...step, which: "answer" };
  expect(lacks(until)).toBe(false);
  expect(ruleAct(until)).toEqual({ kind: "snooze", hours: null, business_hours: false });
});

test("an act of setting aside is read as it was typed", () => {
  const none = { text: null, language: null, tag_id: null, team_id: null, assignee_id: null, status: null };
  const acts = [
    { ...none, kind: "snooze" as const, hours: 8, business_hours: true },
    { ...none, kind: "snooze" as const, hours: null, business_hours: false },
  ];
  const read = ruleSteps({ acts } as unknown as Rule);
  expect(read.map(ruleAct)).toEqual(
    acts.map(({ kind, hours, business_hours }) => ({ kind, hours, business_hours })),
  );
});
