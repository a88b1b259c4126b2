import { expect, test } from "vitest";
import type { CustomField } from "../ticket/customFields";
import {
  boundsOf,
  isBackwards,
  rangeOf,
  readFieldFilters,
  withFieldValue,
  withoutField,
} from "./fieldFilter";

const field = (kind: CustomField["kind"]) => ({ kind }) as CustomField;

test("fields and their values are read as the API writes them", () => {
  expect(readFieldFilters("quartier:centre|nord||url:https://example.fr/a")).toEqual([
    { key: "quartier", values: ["centre", "nord"] },
    { key: "url", values: ["https://example.fr/a"] },
  ]);
  expect(readFieldFilters("quartier")).toEqual([{ key: "quartier", values: [] }]);
  expect(readFieldFilters("")).toEqual([]);
});

test("one value more widens the same field, another field narrows beside it", () => {
  expect(withFieldValue(undefined, "quartier", "centre")).toBe("quartier:centre");
  expect(withFieldValue("quartier:centre", "quartier", "nord")).toBe("quartier:centre|nord");
  expect(withFieldValue("quartier:centre", "quartier", "centre")).toBe("quartier:centre");
  const both = withFieldValue("quartier:centre", "aire", "10..");
  expect(both).toBe("quartier:centre||aire:10..");
  expect(withFieldValue(both, "quartier", "nord")).toBe("quartier:centre|nord||aire:10..");
  expect(withoutField(both, "quartier")).toBe("aire:10..");
  expect(withoutField("aire:10..", "aire")).toBe("");
});

test("a range is that of a number or a day, and begins before it ends", () => {
  expect(boundsOf(field("number"), "10..20")).toEqual({ from: "10", to: "20" });
  expect(boundsOf(field("date"), "..2026-01-31")).toEqual({ from: "", to: "2026-01-31" });
  expect(boundsOf(field("text"), "10..20")).toBeNull();
  expect(boundsOf(field("number"), "10")).toBeNull();
  expect(rangeOf({ from: "10", to: "10" })).toBe("10");
  expect(rangeOf({ from: "", to: "10" })).toBe("..10");
  expect(isBackwards(field("number"), { from: "9", to: "10" })).toBe(false);
  expect(isBackwards(field("date"), { from: "2026-02-01", to: "2026-01-31" })).toBe(true);
});
