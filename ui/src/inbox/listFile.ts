import type { Column } from "./columns";
import { queryOf } from "./queries";
import type { Wanted } from "./views";

export const FORMATS = ["ods", "excel", "csv"] as const;
export type FileFormat = (typeof FORMATS)[number];

const WRITTEN: Readonly<Record<FileFormat, Readonly<Record<string, string>>>> = {
  ods: { format: "ods" },
  excel: { format: "csv", dialect: "excel-fr" },
  csv: { format: "csv" },
};

/** Where a list is taken as a file: the query of the list, the columns on screen, or every one when none is given. */
export function fileAddress(wanted: Wanted, columns: readonly Column[], format: FileFormat): string {
  const query = new URLSearchParams(WRITTEN[format]);
  for (const [name, value] of Object.entries(queryOf(wanted)))
    if (value !== undefined && value !== "") query.set(name, String(value));
  // Who has a request open is of this instant, and is not taken away.
  const taken = columns.filter((one) => one !== "presence");
  if (taken.length > 0) query.set("columns", taken.join(","));
  return `/api/v1/tickets/file?${query}`;
}
