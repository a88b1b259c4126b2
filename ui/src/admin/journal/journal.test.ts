import { expect, test } from "vitest";
import { sayer } from "../../i18n";
import { adminFr } from "../../i18n/admin.fr";
import { csvOf, type Entry } from "./queries";
import { actorWords, wordOf } from "./words";

const say = sayer(adminFr, "fr");
const UUID = "01981f0e-7c1b-7e3a-9d52-6a1f3c0b8e11";

test("a UUID is written as the API writes identifiers", () => {
  expect(wordOf("00000000-0000-0000-0000-000000000021")).toBe(`${"0".repeat(24)}11`);
  expect(wordOf(UUID)).toHaveLength(26);
});

test("who acted is named: a person by their name, a program by its kind, what is new by its code", () => {
  const names = (id: string | null) => (id === `usr_${wordOf(UUID)}` ? "Camille Exemple" : "…");
  expect(actorWords(say, `agent:${UUID}`, names)).toBe("Camille Exemple");
  expect(actorWords(say, "system", names)).toBe("Parvis");
  expect(actorWords(say, "robot:7", names)).toBe("robot");
});

test("an export is read by a spreadsheet as words, never as a formula", () => {
  const entry: Entry = {
    id: "evt_1",
    at: "2026-03-02T09:00:00Z",
    actor: "=cmd()",
    action: "user.changed",
    object: "01k9",
    detail: { reason: 'dit "non", puis\noui' },
    link: null,
  };
  expect(csvOf([entry])).toBe(
    "link,at,actor,action,object,detail\r\n" +
      `,2026-03-02T09:00:00Z,'=cmd(),user.changed,01k9,"{""reason"":""dit \\""non\\"", puis\\noui""}"\r\n`,
  );
});
