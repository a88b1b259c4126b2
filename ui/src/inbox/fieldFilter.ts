import type { CustomField, Held } from "../ticket/customFields";

/** A field and what it is looked for: values, or ranges as `10..20`. */
export interface FieldFilter {
  key: string;
  values: readonly string[];
}

/** A range as it is written, one of its bounds empty where there is none. */
export interface Range {
  from: string;
  to: string;
}

const FIELDS = "||";
const VALUES = "|";
const BOUNDS = "..";

/** Reads what the API and the address write: `quartier:centre|nord||surface:10..20`. All of them hold at once. */
export function readFieldFilters(written: string): readonly FieldFilter[] {
  return written.split(FIELDS).filter(Boolean).map(readFieldFilter);
}

function readFieldFilter(written: string): FieldFilter {
  const at = written.indexOf(":");
  return at < 0
    ? { key: written, values: [] }
    : {
        key: written.slice(0, at),
        values: written
          .slice(at + 1)
          .split(VALUES)
          .filter(Boolean),
      };
}

const write = (filters: readonly FieldFilter[]): string =>
  filters.map(({ key, values }) => `${key}:${values.join(VALUES)}`).join(FIELDS);

/** Narrows to one value more of a field, beside what is asked of the others. */
export function withFieldValue(written: string | undefined, key: string, value: string): string {
  const before = readFieldFilters(written ?? "");
  const there = before.find((one) => one.key === key);
  if (!there) return write([...before, { key, values: [value] }]);
  const widened = { key, values: [...new Set([...there.values, value])] };
  return write(before.map((one) => (one === there ? widened : one)));
}

/** Asks nothing more of a field; empty when nothing is asked of any. */
export const withoutField = (written: string, key: string): string =>
  write(readFieldFilters(written).filter((one) => one.key !== key));

/** Fields of which a range may be asked. */
export const isRanged = ({ kind }: CustomField): boolean => kind === "number" || kind === "date";

/** A range as it is written; what begins where it ends is that value. */
export const rangeOf = ({ from, to }: Range): string => (from === to ? from : `${from}${BOUNDS}${to}`);

/** Whether a range ends before it begins. */
export function isBackwards({ kind }: CustomField, { from, to }: Range): boolean {
  if (!from || !to) return false;
  return kind === "number" ? Number(to) < Number(from) : to < from;
}

/** The bounds of a value that is a range; null for any other. */
export function boundsOf(field: CustomField, value: string): Range | null {
  if (!isRanged(field) || !value.includes(BOUNDS)) return null;
  const at = value.indexOf(BOUNDS);
  return { from: value.slice(0, at), to: value.slice(at + BOUNDS.length) };
}

/** What a list may be narrowed to by choosing: the values of a list, yes and no. The others are typed. */
export function valuesOf({ kind, choices }: CustomField): readonly string[] {
  if (kind === "yes_no") return ["true", "false"];
  return choices.filter((one) => !one.archived).map((one) => one.key);
}

/** Whether a value is typed: nothing is offered to choose from. */
export const isTyped = (field: CustomField): boolean => valuesOf(field).length === 0;

/** A value of the address as a request holds it, to be said in words. */
export function heldOf({ kind }: CustomField, value: string): Held {
  if (kind === "yes_no") return value === "true";
  if (kind === "choices") return [value];
  return kind === "number" && Number.isFinite(Number(value)) ? Number(value) : value;
}
