import type { Macro, NewMacro } from "./queries";

// The acts of a macro as they are typed, and as the API takes them.

export const KINDS = ["reply", "note", "tag_on", "tag_off", "team", "assignee", "status"] as const;
export type Kind = (typeof KINDS)[number];
/** Of an automation too: whoever of a team is there and least busy, and setting aside. */
export type AnyKind = Kind | "least_busy" | "snooze";

export interface Step<K extends AnyKind = Kind> {
  key: string;
  kind: K;
  text: string;
  send: boolean;
  /** A tag, a team, a person or a state, by its kind; nobody where it is empty, oneself where it is `me`.
   * Of setting aside: until the person writes, or for so many hours, of opening or not. */
  which: string;
  hours: string;
  language: string;
}

export const ME = "me";
let counted = 0;

export const newStep = <K extends AnyKind>(kind: K): Step<K> => ({
  key: `s${++counted}`,
  kind,
  text: "",
  send: false,
  which: kind === "status" ? "waiting" : kind === "assignee" ? ME : kind === "snooze" ? "hours" : "",
  hours: "",
  language: "fr",
});

export const stepsOf = (macro: Macro | null): readonly Step[] =>
  (macro?.acts ?? []).map((act) => ({
    ...newStep(act.kind),
    text: act.text ?? "",
    send: act.send ?? false,
    which: act.me ? ME : (act.tag_id ?? act.team_id ?? act.assignee_id ?? act.status ?? ""),
    language: act.language ?? "fr",
  }));

/** What a step still lacks: its words, or its tag. */
export const lacks = (step: Step<AnyKind>): boolean => {
  switch (step.kind) {
    case "reply":
    case "note":
      return !step.text.trim();
    case "tag_on":
    case "tag_off":
    case "status":
    case "least_busy":
      return !step.which;
    case "snooze":
      return step.which !== "answer" && hoursOf(step.hours) === null;
    case "team":
    case "assignee":
      return false;
  }
};

export const MOST_HOURS = 8760;

/** A whole number of hours; null where it is none the API takes. */
export function hoursOf(typed: string): number | null {
  const found = /^\d{1,4}$/.test(typed.trim()) ? Number(typed) : 0;
  return found >= 1 && found <= MOST_HOURS ? found : null;
}

type Act = NewMacro["acts"][number];

export function actOf({ kind, text, send, which, language }: Step): Act {
  switch (kind) {
    case "reply":
      return { kind, text: text.trim(), language, send };
    case "note":
      return { kind, text: text.trim(), language };
    case "tag_on":
    case "tag_off":
      return { kind, tag_id: which };
    case "team":
      return { kind, team_id: which || null };
    case "assignee":
      return { kind, me: which === ME, assignee_id: which === ME ? null : which || null };
    case "status":
      return { kind, status: which as Extract<Act, { kind: "status" }>["status"] };
  }
}

/** One act takes the place of its neighbour, before or after it. */
export function moved<T>(all: readonly T[], place: number, by: -1 | 1): readonly T[] {
  const there = place + by;
  const [one, other] = [all[place], all[there]];
  if (one === undefined || other === undefined) return all;
  return all.map((each, at) => (at === place ? other : at === there ? one : each));
}

/** « signalement-recu » out of « Signalement reçu »: what is typed after `::`. */
export const shortcutOf = (name: string): string =>
  name
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 40);
