import type { recordingFr } from "./recording.fr";

export const recordingEn: Readonly<Record<keyof typeof recordingFr, string>> = {
  "legal.which": "What happened",
  "legal.which.hint": "A day past is admitted, and marked. Hours of {zone}.",
  "legal.choose": "Choose",
  "legal.possible": "Possible today",
  "legal.refused": "On a day past only",
  "legal.refused_now": "If it happened now, it would be refused:",
  "legal.now": "now",
  "legal.record": "Record",
  "legal.recorded": "Event recorded",
  "legal.nothing_erased": "Nothing is erased: what was recorded by mistake is annulled from the timeline.",
  "legal.field.missing": "This field is required.",
  "legal.effect.later":
    "Fill in what is required: its effect on the clock is read here before it is recorded.",
  "legal.effect.ends": "The clock ends: nothing is left to decide.",
  "legal.annul": "Annul",
  "legal.annul.of": "Annul: {what}",
  "legal.annul.title": "Annul “{what}”",
  "legal.annul.act": "Annul the event",
  "legal.annul.effect": "It stays written, struck through, and the clock is read without it.",
  "legal.annul.why": "Why it is annulled",
};
