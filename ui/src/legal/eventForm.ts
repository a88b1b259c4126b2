import { type Unit, writtenPeriod } from "../text/periods";
import type { EventField, EventForm, LegalEvent } from "./queries";

/** What was typed in a form, by field: words, a tick, or a period as its number and its unit. */
export type Typed = Readonly<Record<string, string | boolean>>;

/** Where the unit of a period is kept beside its number. */
export const unitOf = (field: EventField): string => `${field.name}.unit`;

/** The fields that must be filled and are not, in their order. */
export const missingOf = (form: EventForm, typed: Typed): EventField[] =>
  form.fields.filter((field) => field.required && sentOf(field, typed) === undefined);

/** The event a form tells; what was left empty is left out. */
export function eventOf(form: EventForm, typed: Typed): LegalEvent {
  const told = form.fields.flatMap((field) => {
    const value = sentOf(field, typed);
    return value === undefined ? [] : [[field.name, value] as const];
  });
  return { type: form.type, ...Object.fromEntries(told) };
}

function sentOf(field: EventField, typed: Typed): string | boolean | readonly string[] | undefined {
  const value = typed[field.name];
  if (field.kind === "tick") return value === true || (field.said_only ? undefined : false);
  const text = typeof value === "string" ? value.trim() : "";
  if (field.kind === "period")
    return writtenPeriod(text, (typed[unitOf(field)] as Unit | undefined) ?? "M") ?? undefined;
  if (!text) return undefined;
  if (field.kind !== "lines") return text;
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
}
