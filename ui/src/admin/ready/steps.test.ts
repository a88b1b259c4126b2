import { expect, test } from "vitest";
import type { Macro } from "./queries";
import { actOf, lacks, moved, newStep, shortcutOf, stepsOf } from "./steps";

const NONE = {
  text: null,
  language: null,
  send: null,
  tag_id: null,
  team_id: null,
  assignee_id: null,
  me: null,
  status: null,
};

test("a macro read and written again is the same macro", () => {
  const acts: Macro["acts"] = [
    { ...NONE, kind: "reply", text: "Bonjour", language: "en", send: true },
    { ...NONE, kind: "tag_on", tag_id: "tag_1" },
    { ...NONE, kind: "team" },
    { ...NONE, kind: "assignee", me: true },
    { ...NONE, kind: "assignee", assignee_id: "usr_1", me: false },
    { ...NONE, kind: "status", status: "waiting" },
  ];
  const macro = { acts } as unknown as Macro;
  expect(stepsOf(macro).map(actOf)).toEqual([
    { kind: "reply", text: "Bonjour", language: "en", send: true },
    { kind: "tag_on", tag_id: "tag_1" },
    { kind: "team", team_id: null },
    { kind: "assignee", me: true, assignee_id: null },
    { kind: "assignee", me: false, assignee_id: "usr_1" },
    { kind: "status", status: "waiting" },
  ]);
});

test("words and tags are wanted, a team may be none", () => {
  expect(lacks(newStep("note"))).toBe(true);
  expect(lacks(newStep("tag_off"))).toBe(true);
  expect(lacks(newStep("team"))).toBe(false);
  expect(lacks(newStep("status"))).toBe(false);
});

test("an act changes place with its neighbour, and stays where there is none", () => {
  expect(moved(["a", "b", "c"], 1, -1)).toEqual(["b", "a", "c"]);
  expect(moved(["a", "b"], 1, 1)).toEqual(["a", "b"]);
});

test("a name gives what is typed to call it", () => {
  expect(shortcutOf("Signalement reçu : merci !")).toBe("signalement-recu-merci");
});
