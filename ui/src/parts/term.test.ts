import { expect, test } from "vitest";
import { sayer } from "../i18n";
import { fr } from "../i18n/fr";
import { type Dated, sayTerm } from "./Term";

const t = sayer(fr, "fr");
const said = (of: Dated) => sayTerm(of, "2026-03-02", t, "fr");

test("a date is whole, with its weekday, then what is left and what silence will do", () => {
  const term = said({ risk: "critical", term_on: "2026-03-04", alert_on: "2026-03-04" });
  expect(term.first.replaceAll("\u00a0", " ")).toBe("mer. 4 mars 2026, minuit");
  expect([term.second, term.heat]).toEqual(["dans 2 jours, silence = accord", "hot"]);
});

test("the earliest day to fear leads, and a far one is not shouted", () => {
  const term = said({ risk: "unqualified", term_on: "2026-05-04", alert_on: "2026-05-02" });
  expect([term.day, term.second, term.heat]).toEqual(["2026-05-02", "dans 61 jours, accord possible", ""]);
});

test("silence that rejects is never shouted, a born approval always is", () => {
  expect(said({ risk: "silence_rejects", term_on: "2026-03-03", alert_on: "2026-03-03" }).heat).toBe("");
  const born = said({ risk: "born", term_on: "2026-03-01", alert_on: null });
  expect([born.second, born.heat]).toEqual(["hier, accord tacite né", "hot"]);
});

test("a stopped clock and no clock are said, without a day", () => {
  expect(said({ risk: "suspended", term_on: null, alert_on: null }).first).toBe("Délai arrêté");
  expect(said({ risk: "none", term_on: null, alert_on: null })).toMatchObject({
    day: null,
    first: "Pas de terme",
  });
});
