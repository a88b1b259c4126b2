import { describe, expect, it } from "vitest";
import { asked, type CustomField, labelOf, same, sentOf, typedOf } from "./customFields";

const field = (changed: Partial<CustomField>): CustomField => ({
  id: "fld_1",
  key: "quartier",
  kind: "text",
  label: "Quartier",
  label_en: null,
  help: "",
  required_to_close: false,
  choices: [],
  procedures: [],
  rank: 1,
  archived_at: null,
  created_at: "2026-03-02T09:00:00Z",
  version: 1,
  ...changed,
});

describe("the fields of a request", () => {
  it("are asked of every request, or of those for their procedures", () => {
    expect(asked(field({}), { saisines: [] })).toBe(true);
    expect(asked(field({ procedures: ["URB-DP"] }), { saisines: [] })).toBe(false);
    expect(asked(field({ archived_at: "2026-03-02T09:00:00Z" }), { saisines: [] })).toBe(false);
  });

  it("are sent as their kind wants them, and emptied by nothing", () => {
    expect(sentOf(field({ kind: "number" }), "1 250,5")).toBe(1250.5);
    expect(sentOf(field({ kind: "number" }), "douze")).toBe("douze");
    expect(sentOf(field({ kind: "yes_no" }), "false")).toBe(false);
    expect(sentOf(field({ kind: "choices" }), [])).toBeNull();
    expect(sentOf(field({}), "  ")).toBeNull();
    expect(sentOf(field({}), " Centre ")).toBe("Centre");
  });

  it("are typed again from what they hold", () => {
    expect(typedOf(undefined)).toBe("");
    expect(typedOf(false)).toBe("false");
    expect(typedOf(["a"])).toEqual(["a"]);
    expect(same(undefined, null)).toBe(true);
    expect(same(["a"], ["b"])).toBe(false);
    expect(labelOf({ label: "Quartier", label_en: "District" }, "en")).toBe("District");
    expect(labelOf({ label: "Quartier", label_en: null }, "en")).toBe("Quartier");
  });
});
