import type { Wanted } from "../inbox/views";
import type { Risk } from "../parts/RiskBadge";

// One field: words, and operators written `nom:valeur`. Each becomes a filter of the list; what is none stays a word.

export const OPERATORS = [
  "etat",
  "risque",
  "canal",
  "equipe",
  "agent",
  "demarche",
  "avant",
  "depuis",
  "jusqua",
] as const;
export type Operator = (typeof OPERATORS)[number];

export interface Chip {
  operator: Operator;
  value: string;
  /** As it was typed, so that it can be taken away. */
  typed: string;
  /** Whether it means something: a state, a team that exists, a day. */
  understood: boolean;
}

export interface Read {
  words: string;
  chips: Chip[];
  wanted: Partial<Wanted>;
}

const STATES: Readonly<Record<string, string>> = {
  nouveau: "new",
  ouvert: "open",
  attente: "waiting",
  resolu: "resolved",
  clos: "closed",
};
const RISKS: Readonly<Record<string, Risk>> = {
  ne: "born",
  critique: "critical",
  proche: "near",
  controle: "controlled",
  suspendu: "suspended",
  rejet: "silence_rejects",
  qualifier: "unqualified",
  aucun: "none",
};
const CHANNELS: Readonly<Record<string, string>> = {
  courriel: "email",
  formulaire: "webform",
  telephone: "phone",
  courrier: "post",
  guichet: "counter",
  tchat: "chat",
  mastodon: "mastodon",
  bluesky: "bluesky",
  telegram: "telegram",
  x: "x",
};

/** The values an operator takes, when they are a closed list. */
export const valuesOf = (operator: Operator): readonly string[] =>
  ({
    etat: Object.keys(STATES),
    risque: Object.keys(RISKS),
    canal: Object.keys(CHANNELS),
    agent: ["moi", "personne"],
  })[operator as "etat"] ?? [];

interface Known {
  me: string | null;
  teams: readonly { id: string; name: string }[];
}

const folded = (words: string): string => words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

const TOKEN = /(\p{L}+):(?:"([^"]*)"|(\S+))/gu;

/** Reads what is typed: operators become filters, the rest are the words to look for. */
export function read(typed: string, known: Known): Read {
  const chips: Chip[] = [];
  const wanted: Partial<Wanted> = {};
  const words = typed.replace(TOKEN, (whole, name: string, quoted?: string, plain?: string) => {
    const operator = OPERATORS.find((one) => one === folded(name));
    if (!operator) return whole;
    const value = quoted ?? plain ?? "";
    const filter = filterOf(operator, value, known);
    Object.assign(wanted, filter ?? {});
    chips.push({ operator, value, typed: whole, understood: filter !== null });
    return " ";
  });
  return { words: words.replace(/\s+/g, " ").trim(), chips, wanted };
}

function filterOf(operator: Operator, value: string, { me, teams }: Known): Partial<Wanted> | null {
  const key = folded(value);
  const day = /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value)) ? value : null;
  const one = (name: keyof Wanted, found: string | null | undefined): Partial<Wanted> | null =>
    found ? { [name]: found } : null;
  switch (operator) {
    case "etat":
      return one("status", STATES[key]);
    case "risque":
      return one("risk", RISKS[key]);
    case "canal":
      return one("channel", CHANNELS[key]);
    case "equipe":
      return one("team_id", teams.find((team) => folded(team.name) === key)?.id);
    case "agent":
      return key === "personne" ? { unassigned: "true" } : key === "moi" ? one("assignee_id", me) : null;
    case "demarche":
      return one("procedure", value);
    case "avant":
      return one("term_before", day);
    case "depuis":
      return one("received_from", day);
    case "jusqua":
      return one("received_to", day);
  }
}

/** Takes a chip away from what is typed. */
export const without = (typed: string, chip: Chip): string =>
  typed.replace(chip.typed, " ").replace(/\s+/g, " ").trim();

/** A number of request as people write it, whole; null for anything else. */
export const numberOf = (words: string): string | null =>
  /^(?:n°\s*)?(\d{2}-\d{6}-[a-z0-9])$/i.exec(words.trim())?.[1]?.toUpperCase() ?? null;
