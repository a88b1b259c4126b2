import type { Schemas } from "../api/client";
import type { Key } from "../i18n";
import type { IconName } from "../parts/Icon";

/** What a list is narrowed to: the query of `GET /api/v1/tickets`, and of the address of the screen. */
export interface Wanted {
  sort: "term_on" | "-last_activity_at";
  status?: string;
  risk?: string;
  channel?: string;
  team_id?: string;
  assignee_id?: string;
  contact_id?: string;
  unassigned?: string;
  tag?: string;
  /** The key of a field and the values it may hold: `quartier:centre|nord`. */
  custom_field?: string;
  term_before?: string;
  received_from?: string;
  received_to?: string;
  procedure?: string;
  /** `true`: what is set aside; `false`: what is not; absent: both. */
  snoozed?: string;
  q?: string;
}

export interface View {
  name: string;
  words: Key;
  /** For a sentence that names a team. */
  values?: Record<string, string>;
  icon: IconName;
  wanted: Wanted;
  /** Its number is said in red when there is one. */
  hot?: boolean;
  /** What somebody saved under a name, and may have chosen columns for. */
  saved?: Schemas["ViewOut"];
}

export const LIVE = "new,open,waiting";
const TERM = { sort: "term_on", status: LIVE } as const;
// What somebody set aside is out of the lists one works from; the lists of risk show all the law may decide.
const ACTIVITY = { sort: "-last_activity_at", status: LIVE, snoozed: "false" } as const;

/** The lists everybody has, then those of one's own requests and teams. */
export function viewsOf(
  me: Schemas["MeOut"],
  teams: readonly Schemas["TeamOut"][],
  inAWeek: string,
): readonly [View, ...View[]] {
  const mine: View[] = me.user_id
    ? [
        {
          name: "miens",
          words: "views.mine",
          icon: "person",
          wanted: { ...ACTIVITY, assignee_id: me.user_id },
        },
      ]
    : [];
  const ours = me.teams.map(
    (id): View => ({
      name: `equipe-${id}`,
      words: "views.team",
      values: { name: teams.find((team) => team.id === id)?.name ?? "…" },
      icon: "people",
      wanted: { ...ACTIVITY, team_id: id },
    }),
  );
  return [
    { name: "echeances", words: "views.term", icon: "calendar", wanted: TERM },
    { name: "activite", words: "views.activity", icon: "inbox", wanted: ACTIVITY },
    ...mine,
    ...ours,
    {
      name: "non-affectes",
      words: "views.unassigned",
      icon: "plus",
      wanted: { ...ACTIVITY, unassigned: "true" },
    },
    {
      name: "risque",
      words: "views.at_risk",
      icon: "warn",
      wanted: { ...TERM, risk: "born,critical,near,unqualified" },
      hot: true,
    },
    { name: "semaine", words: "views.week", icon: "clock", wanted: { ...TERM, term_before: inAWeek } },
    {
      name: "a-qualifier",
      words: "views.unqualified",
      icon: "help",
      wanted: { ...TERM, risk: "unqualified" },
    },
    {
      name: "nes",
      words: "views.born",
      icon: "law",
      wanted: { sort: "term_on", risk: "born" },
    },
    {
      name: "rejets",
      words: "views.rejects",
      icon: "close",
      wanted: { ...TERM, risk: "silence_rejects" },
    },
    {
      name: "attente",
      words: "views.waiting",
      icon: "clock",
      wanted: { sort: "-last_activity_at", status: "waiting" },
    },
    {
      name: "de-cote",
      words: "views.snoozed",
      icon: "clock",
      wanted: { sort: "-last_activity_at", status: LIVE, snoozed: "true" },
    },
    {
      name: "clos",
      words: "views.closed",
      icon: "lock",
      wanted: { sort: "-last_activity_at", status: "resolved,closed" },
    },
  ];
}

// The words of the address, in French as all addresses are.
const NAMES = {
  sort: "tri",
  status: "etat",
  risk: "risque",
  channel: "canal",
  team_id: "equipe",
  assignee_id: "agent",
  contact_id: "personne",
  unassigned: "sans-agent",
  tag: "etiquette",
  custom_field: "champ",
  term_before: "avant",
  received_from: "recu-depuis",
  received_to: "recu-jusqua",
  procedure: "demarche",
  snoozed: "de-cote",
  q: "q",
} as const satisfies Record<keyof Wanted, string>;

export const FILTERS = [
  "status",
  "risk",
  "channel",
  "team_id",
  "assignee_id",
  "contact_id",
  "unassigned",
  "tag",
  "custom_field",
  "term_before",
  "received_from",
  "received_to",
  "procedure",
  "snoozed",
  "q",
] as const;
export type Filter = (typeof FILTERS)[number];

/** Reads the list an address names: its view, less and plus what the address says itself. `etat=` empties a filter. */
export function wantedOf(address: URLSearchParams, view: View): Wanted {
  const wanted: Wanted = { ...view.wanted };
  const sort = address.get(NAMES.sort);
  if (sort === "terme") wanted.sort = "term_on";
  if (sort === "activite") wanted.sort = "-last_activity_at";
  for (const filter of FILTERS) {
    const said = address.get(NAMES[filter]);
    if (said === null) continue;
    if (said) wanted[filter] = said;
    else delete wanted[filter];
  }
  return wanted;
}

/** Writes an address with one filter set, or emptied. */
export function withFilter(
  address: URLSearchParams,
  view: View,
  filter: Filter,
  value: string,
): URLSearchParams {
  const next = new URLSearchParams(address);
  if (value === (view.wanted[filter] ?? "")) next.delete(NAMES[filter]);
  else next.set(NAMES[filter], value);
  return next;
}

export function withSort(address: URLSearchParams, sort: Wanted["sort"]): URLSearchParams {
  const next = new URLSearchParams(address);
  next.set(NAMES.sort, sort === "term_on" ? "terme" : "activite");
  return next;
}

/** The address of a list narrowed to exactly this: what a figure counts, its link shows. */
export function addressOf(wanted: Wanted): string {
  const address = new URLSearchParams({
    vue: "activite",
    [NAMES.sort]: wanted.sort === "term_on" ? "terme" : "activite",
  });
  address.set(NAMES.status, wanted.status ?? "");
  address.set(NAMES.snoozed, wanted.snoozed ?? "");
  for (const filter of FILTERS) if (wanted[filter]) address.set(NAMES[filter], wanted[filter]);
  return `/boite?${address}`;
}
