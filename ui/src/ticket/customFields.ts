import type { Schemas } from "../api/client";
import type { Language } from "../i18n";
import type { Ticket } from "../inbox/queries";

export type CustomField = Schemas["CustomFieldOut"];
export type Held = Ticket["custom_fields"][string];

/** What somebody types in a field: several of a list, or one text whatever the kind. */
export type Typed = string | readonly string[];

/** Whether a field is filled for a request: it is for every one, or for a procedure that this one asks for. */
export const asked = (field: CustomField, ticket: Pick<Ticket, "saisines">): boolean =>
  field.archived_at === null &&
  (field.procedures.length === 0 ||
    ticket.saisines.some((one) => one.procedure !== null && field.procedures.includes(one.procedure)));

export const labelOf = (one: { label: string; label_en: string | null }, language: Language): string =>
  (language === "en" && one.label_en) || one.label;

export function typedOf(held: Held | undefined): Typed {
  if (held === undefined) return "";
  return Array.isArray(held) ? held : String(held);
}

/** What is sent of what was typed: nothing written empties the field; the server says what a field does not take. */
export function sentOf(field: CustomField, typed: Typed): Held | null {
  if (typeof typed !== "string") return typed.length ? [...typed] : null;
  const written = typed.trim();
  if (!written) return null;
  if (field.kind === "yes_no") return written === "true";
  if (field.kind !== "number") return written;
  const number = Number(written.replace(/[\s\u00a0\u202f]/g, "").replace(",", "."));
  return Number.isFinite(number) ? number : written;
}

export const same = (one: Held | null | undefined, other: Held | null | undefined): boolean =>
  JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
