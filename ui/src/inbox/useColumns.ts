import { useQuery } from "@tanstack/react-query";
import { customFieldsQuery } from "../api/house";
import { useWords } from "../i18n";
import { shown } from "../text/unseen";
import { type CustomField, labelOf } from "../ticket/customFields";
import { useHeldWords } from "../ticket/useHeldWords";
import { COLUMNS, type Column, fieldColumn, fieldOf } from "./columns";
import type { Ticket } from "./queries";

export interface Columns {
  heading: (column: Column) => string;
  width: (column: Column) => string;
  /** What a request holds of the field a column shows, in words; nothing where it holds none. */
  held: (ticket: Ticket, column: Column) => string;
  /** Every column a list may show, those of fields after the others. */
  all: readonly Column[];
}

/** The columns of lists, with the administration's own fields; they are read only where a list shows one, or `all` is wanted. */
export function useColumns(columns: readonly Column[], { all = false } = {}): Columns {
  const { t, language } = useWords();
  const words = useHeldWords();
  const wanted = all || columns.some((column) => fieldOf(column) !== null);
  const fields = useQuery({ ...customFieldsQuery, enabled: wanted }).data ?? [];
  const named = (column: Column): CustomField | undefined =>
    fields.find((one) => one.key === fieldOf(column));
  return {
    heading: (column) => {
      const key = fieldOf(column);
      if (key === null) return t(COLUMNS[column as keyof typeof COLUMNS].words);
      const field = named(column);
      return field ? shown(labelOf(field, language)) : key;
    },
    width: (column) => (fieldOf(column) ? "w-state" : COLUMNS[column as keyof typeof COLUMNS].width),
    held: (ticket, column) => {
      const field = named(column);
      const value = ticket.custom_fields[fieldOf(column) ?? ""];
      return field && value !== undefined ? shown(words(field, value)) : "";
    },
    all: [
      ...(Object.keys(COLUMNS) as Column[]),
      ...fields.filter(isListed).map((one) => fieldColumn(one.key)),
    ],
  };
}

/** A list leaves long texts aside, and offers no field that serves no more. */
const isListed = (field: CustomField): boolean => field.kind !== "long_text" && field.archived_at === null;
