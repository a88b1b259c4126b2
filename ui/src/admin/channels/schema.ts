import type { Language } from "../../i18n";

/** The settings of a channel type as a form: its JSON Schema read into fields, and what was typed read back. Pure. */
export type FieldKind =
  | "text"
  | "long"
  | "number"
  | "tick"
  | "choice"
  | "secret"
  | "secrets"
  | "lines"
  | "numbers"
  | "pairs"
  | "json";

export interface Field {
  name: string;
  label: string;
  hint: string;
  kind: FieldKind;
  required: boolean;
  nullable: boolean;
  choices: readonly string[];
  /** What the type takes when nothing is said. */
  preset: unknown;
  least?: number;
  most?: number;
  longest?: number;
  /** What few administrations ever change: folded away. */
  rare: boolean;
}

export interface Shape {
  type?: string;
  title?: string;
  description?: string;
  default?: unknown;
  enum?: readonly unknown[];
  format?: string;
  readOnly?: boolean;
  anyOf?: readonly Shape[];
  items?: Shape;
  additionalProperties?: boolean | Shape;
  properties?: Readonly<Record<string, Shape>>;
  required?: readonly string[];
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  $ref?: string;
  $defs?: Readonly<Record<string, Shape>>;
}

export type Typed = Readonly<Record<string, string | boolean>>;
/** What is wrong with what was typed, before it is sent: the key of a sentence. */
export type Fault = "field.required" | "field.number" | "field.pairs" | "field.json";

const LONG_TEXT = 400;
const RARE = [
  "timeout",
  "max_bytes",
  "batch",
  "tolerance",
  "trusted_hops",
  "graph_version",
  "zone",
  "territory",
];
const PREVIOUS = "previous_";

/** Returns the fields of a schema, those one must fill first; what the house writes itself is left out. */
export function fieldsOf(schema: Shape, language: Language): Field[] {
  const required = new Set(schema.required ?? []);
  const found = Object.entries(schema.properties ?? {})
    .filter(([name, shape]) => !shape.readOnly && !name.startsWith(PREVIOUS))
    .map(([name, shape]) => fieldOf(name, shape, schema, required.has(name), language));
  return found.sort((one, other) => Number(other.required) - Number(one.required));
}

function fieldOf(name: string, shape: Shape, schema: Shape, required: boolean, language: Language): Field {
  const branches = shape.anyOf ?? [shape];
  const real = branches.filter((one) => one.type !== "null");
  const branch = resolved(real[0] ?? shape, schema);
  const words = (shape.description ?? branch.description ?? "").replace(/\.$/, "").replaceAll("'", "’");
  const title = shape.title ?? name;
  return {
    name,
    // Adapters describe their settings in French; elsewhere the name stands first and the French words below it.
    label: language === "fr" && words ? words : title,
    hint: language === "fr" ? "" : words,
    kind: kindOf(branch, schema),
    required,
    nullable: real.length < branches.length,
    choices: (branch.enum ?? []).map(String),
    preset: shape.default ?? null,
    ...(branch.minimum === undefined ? {} : { least: branch.minimum }),
    ...(branch.maximum === undefined ? {} : { most: branch.maximum }),
    ...(branch.maxLength === undefined ? {} : { longest: branch.maxLength }),
    rare: !required && RARE.some((word) => name.includes(word)),
  };
}

function resolved(shape: Shape, schema: Shape): Shape {
  const name = shape.$ref?.split("/").at(-1);
  return name ? (schema.$defs?.[name] ?? shape) : shape;
}

function kindOf(shape: Shape, schema: Shape): FieldKind {
  if (shape.enum) return "choice";
  switch (shape.type) {
    case "boolean":
      return "tick";
    case "integer":
    case "number":
      return "number";
    case "string":
      if (shape.format === "password") return "secret";
      return (shape.maxLength ?? 0) >= LONG_TEXT ? "long" : "text";
    case "array":
      return listKind(resolved(shape.items ?? {}, schema));
    default:
      return typeof shape.additionalProperties === "object" && shape.additionalProperties.type === "string"
        ? "pairs"
        : "json";
  }
}

function listKind(items: Shape): FieldKind {
  if (items.type === "string" && !items.enum) return items.format === "password" ? "secrets" : "lines";
  return items.type === "integer" || items.type === "number" ? "numbers" : "json";
}

export const isSecret = (field: Field): boolean => field.kind === "secret" || field.kind === "secrets";

/** Whether the type still accepts an old secret beside the new one, while callers change theirs. */
export const keepsOld = (schema: Shape, name: string): boolean =>
  schema.properties?.[PREVIOUS + name] !== undefined;

export const oldOf = (name: string): string => PREVIOUS + name;

/** Writes what stands in each field; a secret never does. */
export function written(fields: readonly Field[], values: Readonly<Record<string, unknown>> = {}): Typed {
  return Object.fromEntries(
    fields.map((field) => {
      const value = field.name in values ? values[field.name] : field.preset;
      return [field.name, shownIn(field, value)];
    }),
  );
}

function shownIn(field: Field, value: unknown): string | boolean {
  if (field.kind === "tick") return value === true;
  if (isSecret(field) || value === null || value === undefined) return "";
  switch (field.kind) {
    case "lines":
    case "numbers":
      return Array.isArray(value) ? value.join("\n") : "";
    case "pairs":
      return Object.entries(value as Record<string, string>)
        .map(([name, one]) => `${name} = ${one}`)
        .join("\n");
    case "json":
      return JSON.stringify(value, null, 2);
    default:
      return String(value);
  }
}

/** Reads the settings a form holds, or says what cannot be read. An empty secret stays as it is. */
export function readSettings(
  fields: readonly Field[],
  typed: Typed,
): { settings: Record<string, unknown>; faults: Record<string, Fault> } {
  const settings: Record<string, unknown> = {};
  const faults: Record<string, Fault> = {};
  for (const field of fields) {
    const value = typed[field.name] ?? "";
    if (typeof value === "boolean") {
      settings[field.name] = value;
      continue;
    }
    const words = value.trim();
    if (!words) {
      if (field.required) faults[field.name] = "field.required";
      else if (!isSecret(field)) settings[field.name] = emptyOf(field);
      continue;
    }
    const read = readOne(field, words);
    if ("fault" in read) faults[field.name] = read.fault;
    else settings[field.name] = read.value;
  }
  return { settings, faults };
}

/** Nothing typed: nothing where the type allows it, else what it takes by itself. */
function emptyOf(field: Field): unknown {
  if (field.nullable) return null;
  if (field.kind === "lines" || field.kind === "numbers") return [];
  if (field.kind === "pairs") return {};
  return field.preset;
}

function readOne(field: Field, words: string): { value: unknown } | { fault: Fault } {
  const lines = words
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
  switch (field.kind) {
    case "number":
      return numberOf(words);
    case "numbers": {
      const read = lines.map(numberOf);
      const wrong = read.find((one) => "fault" in one);
      return wrong ?? { value: read.map((one) => ("value" in one ? one.value : null)) };
    }
    case "lines":
    case "secrets":
      return { value: lines };
    case "pairs":
      return pairsOf(lines);
    case "json":
      try {
        return { value: JSON.parse(words) as unknown };
      } catch {
        return { fault: "field.json" };
      }
    default:
      return { value: words };
  }
}

function numberOf(words: string): { value: number } | { fault: Fault } {
  const plain = words.replace(/[\s\u00a0\u202f]/g, "").replace(",", ".");
  const value = Number(plain);
  return plain && Number.isFinite(value) ? { value } : { fault: "field.number" };
}

function pairsOf(lines: readonly string[]): { value: Record<string, string> } | { fault: Fault } {
  const value: Record<string, string> = {};
  for (const line of lines) {
    const at = line.indexOf("=");
    const name = line.slice(0, at).trim();
    if (at < 1 || !name) return { fault: "field.pairs" };
    value[name] = line.slice(at + 1).trim();
  }
  return { value };
}

/** The setting a refusal of the API is about, from where it says the flaw stands; none when it is about no setting. */
export const settingOf = (pointer: string): string | null => /^\/config\/([^/]+)/.exec(pointer)?.[1] ?? null;

export interface Group {
  /** The first word of its fields' names; none for those alone in theirs. */
  name: string;
  fields: readonly Field[];
}

const LEAST_IN_A_GROUP = 3;

/** Puts fields whose names begin alike together, in the order they come; the others stand first. */
export function groupsOf(fields: readonly Field[]): Group[] {
  const first = (field: Field): string => field.name.split("_")[0] ?? "";
  const counted = new Map<string, number>();
  for (const field of fields) counted.set(first(field), (counted.get(first(field)) ?? 0) + 1);
  const grouped = (field: Field): boolean =>
    field.name.includes("_") && (counted.get(first(field)) ?? 0) >= LEAST_IN_A_GROUP;
  const names = [...new Set(fields.filter(grouped).map(first))];
  return [
    { name: "", fields: fields.filter((field) => !grouped(field)) },
    ...names.map((name) => ({
      name,
      fields: fields.filter((field) => grouped(field) && first(field) === name),
    })),
  ].filter((group) => group.fields.length > 0);
}
