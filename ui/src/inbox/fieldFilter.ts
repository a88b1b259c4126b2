import type { CustomField, Held } from "../ticket/customFields";

/** A field and the values a list is narrowed to: `quartier:centre|nord`, as the API and the address write it. */
export interface FieldFilter {
  key: string;
  values: readonly string[];
}

export function readFieldFilter(written: string): FieldFilter {
  const at = written.indexOf(":");
  return at < 0
    ? { key: written, values: [] }
    : {
        key: written.slice(0, at),
        values: written
          .slice(at + 1)
          .split("|")
          .filter(Boolean),
      };
}

const write = ({ key, values }: FieldFilter): string => `${key}:${values.join("|")}`;

/** Narrows to one value more of the same field; another field takes its place. */
export function withFieldValue(written: string | undefined, key: string, value: string): string {
  const before = written ? readFieldFilter(written) : null;
  const values = before?.key === key ? before.values : [];
  return write({ key, values: [...new Set([...values, value])] });
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
