import { describe, expect, it } from "vitest";
import { cut, forApi, isNaming, namedIn, wordFor } from "./mentions";

const ANNE = { id: "usr_1", name: "Anne Exemple" };
const PETIT = { id: "usr_2", name: "Anne Exemple-Petit" };
const SAM = { id: "usr_3", name: "Sam" };
const TWIN = { id: "usr_4", name: "Sacha Exemple" };
const OTHER_TWIN = { id: "usr_5", name: "Sacha Exemple" };
const ALL = [ANNE, PETIT, SAM, TWIN, OTHER_TWIN];

describe("naming a colleague in a note", () => {
  it.each([
    ["@", 1, true],
    ["voir @", 6, true],
    ["(@", 2, true],
    ["usager@", 7, false],
    ["@ ", 2, false],
  ])("« %s » up to %i begins a name: %s", (text, caret, said) => {
    expect(isNaming(text, caret)).toBe(said);
  });

  it.each([
    ["@Anne Exemple, voyez", "@[usr_1], voyez"],
    ["pour @Anne Exemple-Petit.", "pour @[usr_2]."],
    ["@Sam et @Anne Exemple", "@[usr_3] et @[usr_1]"],
    ["@Samuel", "@Samuel"],
    ["ecrire@Sam", "ecrire@Sam"],
    ["@Sacha Exemple", "@Sacha Exemple"], // two bear that name
    ["@[usr_4] et @Sam", "@[usr_4] et @[usr_3]"],
  ])("« %s » is sent as « %s »", (typed, sent) => {
    expect(forApi(typed, ALL)).toBe(sent);
  });

  it("whoever bears a name alone is written by it, else by what the API reads", () => {
    expect(wordFor(ANNE, ALL)).toBe("@Anne Exemple");
    expect(wordFor(TWIN, ALL)).toBe("@[usr_4]");
    expect(namedIn("@Sam, @Sam et @[usr_5]", ALL)).toEqual([SAM, OTHER_TWIN]);
  });

  it("a note that was kept is cut where it names somebody", () => {
    expect(cut("voir @[usr_3] vite")).toEqual([
      { words: "voir ", id: null },
      { words: "usr_3", id: "usr_3" },
      { words: " vite", id: null },
    ]);
  });
});
