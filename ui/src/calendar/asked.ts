import type { Schemas } from "../api/client";
import { dayOf } from "./month";

export type Risk = Schemas["Risk"];

/** The risks a term may stand at, the gravest first. */
export const RISKS: readonly Risk[] = [
  "born",
  "critical",
  "near",
  "controlled",
  "suspended",
  "silence_rejects",
  "unqualified",
];

/** What the calendar is narrowed to, as its address says it. */
export interface Asked {
  risk: Risk | null;
  procedure: string | null;
  team: string | null;
}

/** Which terms the agenda lists: those of a day, those whose day is past, or those to come. */
export type Listed = { day: string } | "overdue" | "coming";

const OVERDUE = "depasses";

export const askedOf = (address: URLSearchParams): Asked => ({
  risk: RISKS.find((one) => one === address.get("risque")) ?? null,
  procedure: address.get("demarche") || null,
  team: address.get("equipe") || null,
});

export function listedOf(address: URLSearchParams): Listed {
  const word = address.get("jour");
  if (word === OVERDUE) return "overdue";
  const day = dayOf(word);
  return day ? { day } : "coming";
}

/** Writes the address with some words changed; an empty one is left out. */
export function changed(address: URLSearchParams, words: Readonly<Record<string, string | null>>): string {
  const next = new URLSearchParams(address);
  for (const [name, value] of Object.entries(words)) {
    if (value) next.set(name, value);
    else next.delete(name);
  }
  return `?${next}`;
}

export const toOverdue = (address: URLSearchParams, risk: Risk | null): string =>
  changed(address, { jour: OVERDUE, risque: risk });

/** The part of the API's query that narrows. */
export const narrowing = ({ risk, procedure, team }: Asked) => ({
  ...(risk ? { risk } : {}),
  ...(procedure ? { procedure } : {}),
  ...(team ? { team_id: team } : {}),
});
