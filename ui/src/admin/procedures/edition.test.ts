import { expect, test } from "vitest";
import { bodyOf, fieldOf, newVersion, typedOf } from "./edition";
import type { Procedure, Version } from "./queries";
import { caseOf, versionOn } from "./simulated";

const VERSION: Version = {
  valid_from: null,
  valid_until: "2025-12-31",
  category: null,
  effect: "SVA",
  delay: "P1M",
  adds: null,
  family: "CRPA",
  permit: null,
  basis: ["Règlement, art. 2"],
  notes: "",
  texts: [{ article: "art. 2", words: "un mois", period: null, dated: null, source: "legi" }],
};
const NATIONAL: Procedure = {
  code: "HAB-LOUER",
  title: "Louer",
  domain: "habitat",
  kinds: ["commune"],
  effect: "SVA",
  delay: "P1M",
  adds: null,
  certainty: "read",
  origin: "national",
  edition: null,
  authority: null,
  keywords: ["louer"],
  doubt: null,
  sources: [{ code: "legi", kind: "text", title: "LEGI", dated: null, url: null }],
  sve_excluded: null,
  teleservice: null,
  pieces: [],
  pieces_read: false,
  versions: [VERSION],
  file: "habitat.toml",
  deliberation: null,
  override: null,
};

test("over a national procedure only what is changed is sent, so that the rest follows the catalogue", () => {
  const typed = typedOf(NATIONAL);
  expect(typed.versions).toEqual([]);
  const own = { ...newVersion(), from: "2026-01-01", effect: "SVA", delay: "p2m" };
  expect(bodyOf({ ...typed, title: "Louer ici", why: "Règlement", versions: [own] }, NATIONAL, true)).toEqual(
    {
      code: "HAB-LOUER",
      title: "Louer ici",
      override: { why: "Règlement" },
      versions: [{ valid_from: "2026-01-01", effect: "SVA", delay: "P2M", basis: [] }],
    },
  );
});

test("a second edition keeps our fields and our sources, and the words read go with what they were read for", () => {
  const act = { taken_on: "2025-12-15", number: "112", title: "Règlement", url: null };
  const base: Procedure = {
    ...NATIONAL,
    origin: "local",
    edition: 1,
    deliberation: act,
    override: { why: "Parce que", changes: ["sources", "versions"] },
    sources: [
      ...NATIONAL.sources,
      {
        code: "locale-1",
        kind: "local",
        title: "Délibération n° 112, Règlement",
        dated: "2025-12-15",
        url: null,
      },
      { code: "locale-2", kind: "local", title: "Charte", dated: null, url: null },
    ],
  };
  const typed = typedOf(base);
  const body = bodyOf(typed, base, true);
  expect(body.sources).toEqual(["legi", { kind: "local", title: "Charte" }]);
  expect(body.title).toBeUndefined();
  expect(body.versions?.[0]?.texts).toEqual([{ article: "art. 2", words: "un mois", source: "legi" }]);
  const [first] = typed.versions;
  const changed = { ...typed, versions: first ? [{ ...first, delay: "P3M" }] : [] };
  expect(bodyOf(changed, base, true).versions?.[0]?.texts).toBeUndefined();
});

test("a procedure of one's own sends all that was written, and no empty version", () => {
  const typed = { ...typedOf(null), code: " loc-boules ", title: "Boules", keywords: "pétanque\n\n boules " };
  expect(bodyOf(typed, null, false)).toEqual({
    code: "LOC-BOULES",
    title: "Boules",
    keywords: ["pétanque", "boules"],
    certainty: "partly",
  });
});

test("a flaw of the API finds its field", () => {
  expect(fieldOf("/versions/1/delay")).toBe("1.delay");
  expect(fieldOf("/deliberation")).toBe("actTitle");
  expect(fieldOf("/deliberation/taken_on")).toBe("actOn");
  expect(fieldOf("/sources/0/url")).toBe("sourceTitle");
  expect(fieldOf("/kinds")).toBeNull();
});

test("the version of a day holds on both its ends, and is asked with its own words", () => {
  const later = { ...VERSION, valid_from: "2026-01-01", valid_until: null, permit: "DP" };
  const versions = [VERSION, later];
  expect(versionOn(versions, "2025-12-31")).toBe(VERSION);
  expect(versionOn(versions, "2026-01-01")).toBe(later);
  expect(versionOn([later], "2025-12-31")).toBeNull();
  const town = { territory: "METRO", time_zone: "Europe/Paris" };
  expect(caseOf(later, town, "2026-03-02", "post")).toEqual({
    territory: "METRO",
    timezone: "Europe/Paris",
    procedure: { regime: "CRPA", silence: "SVA", delay: "P1M", permit: "DP", basis: "Règlement, art. 2" },
    events: [{ type: "received", at: "2026-03-02T09:00", authority: "competent", channel: "post" }],
  });
});
