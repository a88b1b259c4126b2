import { expect, test } from "vitest";
import { sayer } from "../i18n";
import { fr } from "../i18n/fr";
import { sayPeriod, writtenPeriod } from "./periods";

const t = sayer(fr, "fr");

test("a period of the API is said in words, one of several parts as it is written", () => {
  expect([sayPeriod("P2M", t), sayPeriod("P1D", t), sayPeriod("P1M15D", t)]).toEqual([
    "2 mois",
    "1 jour",
    "P1M15D",
  ]);
});

test("a period typed is written for the API, and what is no number is none", () => {
  expect([writtenPeriod(" 15 ", "D"), writtenPeriod("0", "M"), writtenPeriod("deux", "M")]).toEqual([
    "P15D",
    null,
    null,
  ]);
});
