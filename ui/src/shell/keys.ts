import { useLayoutEffect, useRef } from "react";
import type { Key as Sentence } from "../i18n";

// Keys an AZERTY keyboard has, told by what they write (`event.key`); never with Alt, which screen readers use.
// A key of two letters is typed one after the other.
export const ACTS = {
  next: "j",
  previous: "k",
  open: "o",
  back: "u",
  tick: "x",
  reply: "r",
  note: "n",
  assign: "a",
  team: "t",
  qualify: "q",
  resolve: "e",
  wait: "m",
  legal: "l",
  previous_message: "p",
  refresh: "v",
  help: "h",
  go_inbox: "g i",
  go_calendar: "g c",
  go_social: "g s",
  go_dashboards: "g t",
  go_search: "g r",
} as const satisfies Partial<Record<string, string>>;

export type Act = keyof typeof ACTS;
export type Chosen = Partial<Record<Act, string>>;

export const sentenceOf = (act: Act): Sentence => `key.${act}`;

const KEPT = "parvis.touches";
const OFF = "parvis.touches.coupees";
const SEQUENCE_MS = 1_500;

export function chosenKeys(): Chosen {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEPT) ?? "{}");
    return typeof kept === "object" && kept !== null ? (kept as Chosen) : {};
  } catch {
    return {};
  }
}

const choices = new Set<() => void>();

/** Calls back when somebody changes their keys here. */
export function onKeysChosen(listener: () => void): () => void {
  choices.add(listener);
  return () => choices.delete(listener);
}

export function chooseKeys(chosen: Chosen): void {
  localStorage.setItem(KEPT, JSON.stringify(chosen));
  for (const listener of choices) listener();
}

/** Takes the keys the profile holds; this browser keeps them for the next page. */
export function adoptKeys(chosen: Readonly<Record<string, string>>, on: boolean): void {
  localStorage.setItem(KEPT, JSON.stringify(chosen));
  if (on) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "1");
}

export const keysAreOn = (): boolean => localStorage.getItem(OFF) === null;

export function turnKeys(on: boolean): void {
  if (on) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "1");
  for (const listener of choices) listener();
}

export const keyOf = (act: Act): string => chosenKeys()[act] ?? ACTS[act];

/** Returns the act a key stands for, or `null`; a letter that begins a longer key is no act yet. */
export function actOf(typed: string): Act | "begun" | null {
  let begun = false;
  for (const act of Object.keys(ACTS) as Act[]) {
    const key = keyOf(act);
    if (key === typed) return act;
    if (key.startsWith(`${typed} `)) begun = true;
  }
  return begun ? "begun" : null;
}

type Handler = (event: KeyboardEvent) => void;
const handlers = new Map<Act, Handler[]>();

/** Answers a key while the caller is on screen; the last that asked for it gets it. */
export function useAct(act: Act, handler: Handler | null): void {
  const latest = useRef(handler);
  latest.current = handler;
  const wanted = handler !== null;
  // Before anything is painted: who sees the screen may type.
  useLayoutEffect(() => {
    if (!wanted) return;
    const answer: Handler = (event) => latest.current?.(event);
    handlers.set(act, [...(handlers.get(act) ?? []), answer]);
    return () => {
      handlers.set(
        act,
        (handlers.get(act) ?? []).filter((one) => one !== answer),
      );
    };
  }, [act, wanted]);
}

/** Runs what the present screen does for an act; says whether it does anything. */
export function perform(act: Act, event: KeyboardEvent): boolean {
  const handler = handlers.get(act)?.at(-1);
  handler?.(event);
  return handler !== undefined;
}

export const performable = (act: Act): boolean => (handlers.get(act)?.length ?? 0) > 0;

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=button])"))
  );
}

/** Listens to the whole page. Single letters do nothing in a field, in a dialog, or when they were switched off. */
export function listenToKeys(): () => void {
  let begun = "";
  let begunAt = 0;
  function heard(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    if (event.key === "F1") {
      if (perform("help", event)) event.preventDefault();
      return;
    }
    if (!keysAreOn() || isTyping(event.target) || document.querySelector("dialog[open], .overlay")) return;
    if (event.key.length !== 1 || event.key === " ") return;
    // When the keys were struck, not when a busy page came to hear of them.
    if (event.timeStamp - begunAt > SEQUENCE_MS) begun = "";
    const letter = event.key.toLowerCase();
    const act = actOf(begun ? `${begun} ${letter}` : letter) ?? (begun ? actOf(letter) : null);
    begun = act === "begun" ? letter : "";
    if (begun) {
      begunAt = event.timeStamp;
    } else if (act && act !== "begun" && perform(act, event)) {
      event.preventDefault();
    }
  }
  document.addEventListener("keydown", heard);
  return () => document.removeEventListener("keydown", heard);
}
