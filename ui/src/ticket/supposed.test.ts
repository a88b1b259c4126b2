import { expect, test } from "vitest";
import { sayer } from "../i18n";
import { fr } from "../i18n/fr";
import { heatOf, type Supposed, sayOutcome } from "./supposed";

const t = sayer(fr, "fr");

const one = (told: Partial<Supposed>): Supposed => ({
  supposition: "silence",
  on: "2026-11-20",
  received_on: null,
  outcome: "decides",
  effect: "SVA",
  day: "2026-12-14",
  term_on: "2026-12-14",
  risk: "controlled",
  because: "",
  source: "",
  marks: [],
  refused: false,
  ...told,
});
const said = (told: Partial<Supposed>): string => sayOutcome(one(told), t, "fr").replaceAll("\u00a0", " ");

test("a supposition comes to a day and what silence decides then, in words", () => {
  expect(said({})).toBe("accord, lun. 14 déc. 2026, minuit");
  expect(said({ effect: "SVR" })).toBe("rejet, lun. 14 déc. 2026, minuit");
  expect(said({ effect: "UNKNOWN", outcome: "may_decide" })).toBe(
    "accord possible, lun. 14 déc. 2026, minuit",
  );
  expect(said({ outcome: "decided" })).toBe("accord tacite né le lun. 14 déc. 2026");
});

test("a clock that ends, waits, or could not be told so says it without a day", () => {
  expect(said({ outcome: "ends", day: null })).toBe("l’horloge s’arrête");
  expect(said({ outcome: "waits", day: null })).toBe("délai arrêté");
  expect(said({ refused: true })).toBe("ne peut pas être consigné");
});

test("an approval nobody wrote alarms, a rejection does not, an end reassures", () => {
  expect(heatOf(one({ outcome: "decided" }))).toBe("danger");
  expect(heatOf(one({ outcome: "decided", effect: "SVR" }))).toBe("");
  expect(heatOf(one({ outcome: "ends" }))).toBe("ok");
  expect(heatOf(one({ outcome: "ends", refused: true }))).toBe("");
});
