import { expect, test } from "vitest";
import { readFieldFilter, withFieldValue } from "./fieldFilter";

test("a field and its values are read as the API writes them", () => {
  expect(readFieldFilter("quartier:centre|nord")).toEqual({ key: "quartier", values: ["centre", "nord"] });
  expect(readFieldFilter("url:https://example.fr/a")).toEqual({
    key: "url",
    values: ["https://example.fr/a"],
  });
  expect(readFieldFilter("quartier")).toEqual({ key: "quartier", values: [] });
});

test("one value more widens the same field, another field takes its place", () => {
  expect(withFieldValue(undefined, "quartier", "centre")).toBe("quartier:centre");
  expect(withFieldValue("quartier:centre", "quartier", "nord")).toBe("quartier:centre|nord");
  expect(withFieldValue("quartier:centre", "quartier", "centre")).toBe("quartier:centre");
  expect(withFieldValue("quartier:centre", "urgent", "true")).toBe("urgent:true");
});
