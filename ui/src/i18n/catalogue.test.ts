import { expect, test } from "vitest";
import { sayer } from ".";
import { adminEn } from "./admin.en";
import { adminFr } from "./admin.fr";
import { en } from "./en";
import { fr, type Key } from "./fr";
import { lettersEn } from "./letters.en";
import { lettersFr } from "./letters.fr";

const places = (words: string) => [...words.matchAll(/\{(\w+)\}/g)].map((found) => found[1]).sort();

test("every sentence exists in both languages, with the same places to fill", () => {
  expect(Object.keys(en).sort()).toEqual(Object.keys(fr).sort());
  for (const key of Object.keys(fr) as Key[]) expect([key, places(en[key])]).toEqual([key, places(fr[key])]);
  for (const key of Object.keys(adminFr) as (keyof typeof adminFr)[])
    expect([key, places(adminEn[key])]).toEqual([key, places(adminFr[key])]);
  for (const key of Object.keys(lettersFr) as (keyof typeof lettersFr)[])
    expect([key, places(lettersEn[key])]).toEqual([key, places(lettersFr[key])]);
});

test("no sentence is left empty or written with a straight apostrophe in French", () => {
  for (const [key, words] of Object.entries({ ...fr, ...adminFr, ...lettersFr })) {
    expect(words.trim(), key).not.toBe("");
    expect(words, key).not.toContain("'");
  }
});

test("French spaces are made right, and a value keeps its own", () => {
  const t = sayer(fr, "fr");
  expect(t("risk.silence_rejects.why")).toContain("\u202f;");
  expect(t("ticket.number", { reference: "26-000123-K" })).toBe("n°\u00a026-000123-K");
  expect(t("error.reference", { id: "a : b" })).toBe("Référence de l’incident\u00a0: a : b");
});
