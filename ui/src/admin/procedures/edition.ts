import type { NewProcedure, Procedure, Version } from "./queries";

// What is typed of an edition, and the body the API reads. What is not shown of the entry one started from is kept.

export interface VersionTyped {
  key: string;
  from: string;
  until: string;
  category: string;
  effect: string;
  delay: string;
  basis: string;
  notes: string;
  family: string;
  permit: string;
  /** The version of the catalogue this one was filled from. */
  read: Version | null;
}

export interface Typed {
  code: string;
  title: string;
  domain: string;
  keywords: string;
  certainty: string;
  doubt: string;
  pieces: string;
  teleservice: string;
  why: string;
  actOn: string;
  actNumber: string;
  actTitle: string;
  actUrl: string;
  sourceTitle: string;
  sourceOn: string;
  versions: readonly VersionTyped[];
}

let counted = 0;

export const newVersion = (read: Version | null = null): VersionTyped => ({
  key: `v${++counted}`,
  from: read?.valid_from ?? "",
  until: read?.valid_until ?? "",
  category: read?.category ?? "",
  // A category gives the effect and the delay: one says the one or the other.
  effect: read && !read.category ? read.effect : "",
  delay: read && !read.category ? (read.delay ?? "") : "",
  basis: read?.basis.join("\n") ?? "",
  notes: read?.notes ?? "",
  family: read && read.family !== "CRPA" ? read.family : "",
  permit: read?.permit ?? "",
  read,
});

/** Whether our own versions stand in the entry; else those of the national catalogue do, and they follow it. */
export const ownsVersions = (base: Procedure | null): boolean =>
  base !== null && base.origin === "local" && (base.override?.changes.includes("versions") ?? true);

/** A form filled from what holds today, or empty for a procedure of one's own. */
export function typedOf(base: Procedure | null): Typed {
  const own = base === null ? [newVersion()] : ownsVersions(base) ? base.versions.map(newVersion) : [];
  return {
    code: base?.code ?? "",
    title: base?.title ?? "",
    domain: base?.domain ?? "",
    keywords: base?.keywords.join("\n") ?? "",
    certainty: base?.certainty ?? "partly",
    doubt: base?.doubt ?? "",
    pieces: base?.pieces.join("\n") ?? "",
    teleservice: base?.teleservice ?? "",
    why: base?.override?.why ?? "",
    actOn: base?.deliberation?.taken_on ?? "",
    actNumber: base?.deliberation?.number ?? "",
    actTitle: base?.deliberation?.title ?? "",
    actUrl: base?.deliberation?.url ?? "",
    sourceTitle: "",
    sourceOn: "",
    versions: own,
  };
}

/** The fields that follow the national catalogue unless they are changed here. */
const FOLLOWS = ["title", "domain", "keywords", "certainty", "doubt", "pieces", "teleservice"] as const;
const LISTS: readonly string[] = ["keywords", "pieces"];

/** What the API reads: over a national procedure only what is ours is sent, the rest goes on following the catalogue. */
export function bodyOf(typed: Typed, base: Procedure | null, national: boolean): NewProcedure {
  const start = typedOf(base);
  const ours = (field: string, changed: boolean): boolean =>
    !national || changed || (base?.override?.changes.includes(field) ?? false);
  const body: Record<string, unknown> = { code: typed.code.trim().toUpperCase() };
  for (const field of FOLLOWS) {
    const words = typed[field].trim();
    if (!words || !ours(field, words !== start[field].trim())) continue;
    body[field] = LISTS.includes(field) ? lines(words) : words;
  }
  if (typed.actOn || typed.actNumber.trim() || typed.actTitle.trim())
    body.deliberation = said({
      taken_on: typed.actOn,
      number: typed.actNumber,
      title: typed.actTitle,
      url: typed.actUrl,
    });
  if (typed.why.trim()) body.override = { why: typed.why.trim() };
  const sources = sourcesOf(typed, base, national);
  if (sources) body.sources = sources;
  const versions = typed.versions.map(versionOf).filter((one) => Object.keys(one).length > 1);
  if (versions.length > 0) body.versions = versions;
  return body as unknown as NewProcedure;
}

function versionOf(typed: VersionTyped): Record<string, unknown> {
  const read = typed.read;
  const same =
    read !== null &&
    typed.from === (read.valid_from ?? "") &&
    typed.effect === read.effect &&
    typed.delay === (read.delay ?? "");
  return {
    ...said({
      valid_from: typed.from,
      valid_until: typed.until,
      category: typed.category,
      effect: typed.effect,
      delay: typed.delay.toUpperCase(),
      notes: typed.notes,
      family: typed.family,
      permit: typed.permit,
    }),
    basis: lines(typed.basis),
    // The words that were read go with the effect and the period they were read for.
    ...(same && read.adds ? { adds: read.adds } : {}),
    ...(same && read.texts.length > 0 ? { texts: read.texts.map((one) => said({ ...one })) } : {}),
  };
}

/** Sources by their codes, and the one described here. The act is one already: it is not told twice. */
function sourcesOf(typed: Typed, base: Procedure | null, national: boolean): unknown[] | null {
  const act = base?.deliberation;
  const ofAct = act ? `Délibération n° ${act.number}, ${act.title}` : null;
  const kept = base?.sources.filter((one) => !(isOurs(one.code) && one.title === ofAct)) ?? [];
  const known = kept.map((one) => {
    const { code, ...described } = one;
    return isOurs(code) ? said(described) : code;
  });
  const more = typed.sourceTitle.trim() ? [said({ title: typed.sourceTitle, dated: typed.sourceOn })] : [];
  if (more.length === 0 && (known.length === 0 || (national && base?.origin !== "local"))) return null;
  return [...known, ...more];
}

const isOurs = (source: string): boolean => source.startsWith("locale-");

const lines = (words: string): string[] =>
  words
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);

const said = (values: Readonly<Record<string, string | null>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value?.trim() ? [[name, value.trim()]] : [])),
  );

/** The name of the field a flaw of the API stands beside; none when it is about no field here. */
export function fieldOf(pointer: string): string | null {
  const steps = pointer.split("/").filter(Boolean);
  const [first = "", second = "", third = ""] = steps;
  if (first === "versions" && third) return `${second}.${OF_VERSION[third] ?? "effect"}`;
  return OF_ENTRY[steps.slice(0, 2).join("/")] ?? OF_ENTRY[first] ?? null;
}

const OF_VERSION: Readonly<Record<string, string>> = {
  valid_from: "from",
  valid_until: "until",
  category: "category",
  effect: "effect",
  delay: "delay",
  adds: "delay",
  basis: "basis",
  notes: "notes",
  family: "family",
  permit: "permit",
};
const OF_ENTRY: Readonly<Record<string, string>> = {
  code: "code",
  title: "title",
  domain: "domain",
  keywords: "keywords",
  certainty: "certainty",
  doubt: "doubt",
  pieces: "pieces",
  teleservice: "teleservice",
  sources: "sourceTitle",
  deliberation: "actTitle",
  "deliberation/taken_on": "actOn",
  "deliberation/number": "actNumber",
  "deliberation/title": "actTitle",
  "deliberation/url": "actUrl",
  override: "why",
  "override/why": "why",
};
