import { expect, test } from "vitest";
import { numberOf, read, without } from "./operators";

const known = { me: "usr_1", teams: [{ id: "team_1", name: "Voirie et réseaux" }] };

test("operators become filters, and what is left are the words", () => {
  const { words, wanted, chips } = read(
    'lampadaire état:nouveau équipe:"voirie et reseaux" agent:moi depuis:2026-03-02',
    known,
  );
  expect(words).toBe("lampadaire");
  expect(wanted).toEqual({
    status: "new",
    team_id: "team_1",
    assignee_id: "usr_1",
    received_from: "2026-03-02",
  });
  expect(chips.every((chip) => chip.understood)).toBe(true);
});

test("an operator that means nothing is told, and narrows nothing", () => {
  const { wanted, chips } = read("etat:perdu avant:demain", known);
  expect(wanted).toEqual({});
  expect(chips.map((chip) => chip.understood)).toEqual([false, false]);
});

test("what is no operator stays a word: an hour, an address of the web", () => {
  expect(read("https://ville.example.fr à 9h:30", known).words).toBe("https://ville.example.fr à 9h:30");
});

test("a chip is taken away from what was typed", () => {
  const typed = "banc etat:nouveau cassé";
  const chip = read(typed, known).chips[0];
  expect(chip && without(typed, chip)).toBe("banc cassé");
});

test("a number is known however it is written", () => {
  expect(["26-000123-k", "n° 26-000123-K", "26-000123", "banc"].map(numberOf)).toEqual([
    "26-000123-K",
    "26-000123-K",
    null,
    null,
  ]);
});
