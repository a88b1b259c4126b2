import { hoursOf, MOST_HOURS, newStep, type Step } from "../ready/steps";
import type { NewRule, Rule } from "./queries";

// A rule as it is typed, and as the API takes it.

export const TRIGGERS = [
  "opened",
  "message",
  "changed",
  "tagged",
  "qualified",
  "warned",
  "idle",
  "aged",
  "term",
] as const satisfies readonly Rule["trigger"][];
export const RULE_KINDS = [
  "team",
  "least_busy",
  "assignee",
  "tag_on",
  "tag_off",
  "note",
  "status",
  "snooze",
] as const;
export type RuleKind = (typeof RULE_KINDS)[number];
export type RuleStep = Step<RuleKind>;
export type Conditions = Partial<NewRule["filter"]>;

const MOST_DAYS = 365;

/** The unit a trigger waits in; none where it waits for no time. */
export const unitOf = (trigger: Rule["trigger"]): "hours" | "days" | null =>
  trigger === "idle" || trigger === "aged" ? "hours" : trigger === "term" ? "days" : null;

export const mostOf = (trigger: Rule["trigger"]): number =>
  unitOf(trigger) === "days" ? MOST_DAYS : MOST_HOURS;

/** The delay typed; null where it is none the API takes. */
export function delayOf(trigger: Rule["trigger"], typed: string): number | null {
  const found = hoursOf(typed);
  return found !== null && found <= mostOf(trigger) ? found : null;
}

export const ruleSteps = (rule: Rule | null): readonly RuleStep[] =>
  (rule?.acts ?? []).map((act) => ({
    ...newStep(act.kind as RuleKind), // an automation keeps no answer
    text: act.text ?? "",
    which:
      act.kind === "snooze"
        ? sleepOf(act)
        : (act.tag_id ?? act.team_id ?? act.assignee_id ?? act.status ?? ""),
    hours: String(act.hours ?? ""),
    language: act.language ?? "fr",
  }));

const sleepOf = (act: Rule["acts"][number]): string =>
  act.hours === null ? "answer" : act.business_hours ? "open" : "hours";

/** Nobody runs a rule: its agent is somebody, or nobody. */
export const newRuleStep = (kind: RuleKind): RuleStep => ({
  ...newStep(kind),
  ...(kind === "assignee" ? { which: "" } : {}),
});

type Act = NewRule["acts"][number];

export function ruleAct({ kind, text, which, hours, language }: RuleStep): Act {
  switch (kind) {
    case "tag_on":
    case "tag_off":
      return { kind, tag_id: which };
    case "team":
      return { kind, team_id: which || null };
    case "assignee":
      return { kind, assignee_id: which || null };
    case "least_busy":
      return { kind, team_id: which };
    case "status":
      return { kind, status: which as Extract<Act, { kind: "status" }>["status"] };
    case "note":
      return { kind, text: text.trim(), language };
    case "snooze":
      return {
        kind,
        hours: which === "answer" ? null : hoursOf(hours),
        business_hours: which === "open",
      };
  }
}

/** What of a filter these fields show; the rest is kept as it is, and named. */
const SHOWN = ["status", "risk", "channel", "team_id", "assignee_id", "unassigned", "tag", "snoozed"];
const several = (value: unknown): boolean => String(value).includes(",");

export const keptUnseen = (filter: Conditions): readonly string[] =>
  Object.entries(filter)
    .filter(([, value]) => value !== null && value !== undefined && value !== false)
    .filter(([name, value]) => !SHOWN.includes(name) || (name !== "status" && several(value)))
    .map(([name]) => name);

/** A filter with one word changed; empty, it narrows nothing any more. */
export function narrowed(filter: Conditions, name: keyof Conditions, value: string | boolean): Conditions {
  const rest = Object.fromEntries(Object.entries(filter).filter(([each]) => each !== name));
  return value === "" ? rest : { ...rest, [name]: value };
}

/** A filter as the API takes it. */
export const asked = (filter: Conditions): NewRule["filter"] => ({ unassigned: false, ...filter });
