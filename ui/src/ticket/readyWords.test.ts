import { describe, expect, it } from "vitest";
import { isCall, type Place, stillOpen } from "./readyWords";

describe("the call of a ready-made answer", () => {
  it.each([
    ["::", 2, true],
    ["Bonjour ::", 10, true],
    ["Bonjour,\n::", 11, true],
    ["Bonjour :: suite", 10, true],
    ["std::", 5, false],
    ["Bonjour :", 9, false],
    ["Bonjour :: suite", 16, false],
    [":", 1, false],
    [":::", 3, false],
  ])("%j, the caret at %d: %s", (text, caret, called) => {
    expect(isCall(text, caret)).toBe(called);
  });
});

describe("places nothing filled", () => {
  const place = (variable: string): Place => ({ variable, code: "empty", detail: "rien ne le dit" });
  it("are told as long as they stand in the text, however they are written", () => {
    const places = [place("contact.name"), place("ticket.place")];
    expect(stillOpen("Bonjour {{ contact.name }}", places)).toEqual([places[0]]);
    expect(stillOpen("Bonjour Camille, {{ticket.place}}", places)).toEqual([places[1]]);
    expect(stillOpen("Bonjour Camille", places)).toEqual([]);
  });
});
