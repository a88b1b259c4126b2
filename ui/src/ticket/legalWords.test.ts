import { expect, test } from "vitest";
import { eventTitle, isUnserved } from "./legalWords";

const decision = (payload: Record<string, unknown>) => ({ type: "express_decision", payload });

test("a decision that is signed is not said to be notified", () => {
  const signed = decision({ signed_at: "2026-03-22T10:00:00Z", sense: "refusal" });
  expect(eventTitle(signed, "fr")).toBe("Décision signée\u00a0: refus");
  expect(eventTitle(signed, "en")).toBe("Decision signed: refused");
  expect(isUnserved(signed)).toBe(true);
});

test("a decision that was handed over is notified, whatever day it was signed", () => {
  const served = decision({ signed_at: "2026-03-22", notified_at: "2026-03-23", sense: "partial" });
  expect(eventTitle(served, "fr")).toBe("Décision notifiée\u00a0: accord partiel");
  expect(isUnserved(served)).toBe(false);
});

test("an acknowledgement is named by its kind, an answer by what it is", () => {
  expect(eventTitle({ type: "ack_sent", payload: { kind: "ARE" } }, "fr")).toBe("Accusé de réception (ARE)");
  expect(eventTitle({ type: "message_out", payload: { kind: "reply" } }, "fr")).toBe("Réponse donnée");
});
