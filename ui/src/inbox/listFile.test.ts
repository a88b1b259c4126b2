import { expect, test } from "vitest";
import { fileAddress } from "./listFile";

const wanted = { sort: "term_on", status: "new,open", unassigned: "true" } as const;
const queryOf = (address: string) =>
  Object.fromEntries(new URL(address, "https://parvis.example.fr").searchParams);

test("a list is taken as it is narrowed, in the columns on screen", () => {
  const address = fileAddress(wanted, ["subject", "custom_field:quartier", "presence"], "ods");
  expect(queryOf(address)).toEqual({
    sort: "term_on",
    status: "new,open",
    unassigned: "true",
    format: "ods",
    columns: "subject,custom_field:quartier",
  });
});

test("every column is asked for by naming none, and Excel set to French has its own dialect", () => {
  expect(queryOf(fileAddress(wanted, [], "excel"))).toMatchObject({ format: "csv", dialect: "excel-fr" });
  expect(fileAddress(wanted, [], "csv")).not.toContain("columns");
});
