import type { Schemas } from "../api/client";
import type { Language } from "../i18n";
import { legalEn } from "../i18n/legal.en";
import { type LegalWords, legalFr } from "../i18n/legal.fr";
import { french } from "../i18n/typography";

type Part = keyof LegalWords;

/** Names a word of the engine; one it has learnt since shows itself, spaces for underscores. */
export function legalWord(part: Part, key: string, language: Language): string {
  const words: Readonly<Record<string, string>> = (language === "en" ? legalEn : legalFr)[part];
  const found = words[key];
  if (found === undefined) return key.replaceAll("_", " ");
  return language === "fr" ? french(found) : found;
}

type Told = Pick<Schemas["LegalEventOut"], "type" | "payload">;

/** Names an event of the law. A decision is notified only once somebody says so: signed, it ends no silence. */
export function eventTitle(event: Told, language: Language): string {
  const { type, payload } = event;
  const word = (part: Part, name: string): string =>
    typeof payload[name] === "string" ? legalWord(part, payload[name], language) : "";
  const title = legalWord("events", type, language);
  if (type === "ack_sent") return word("duties", "kind") || title;
  const named = isUnserved(event) ? legalWord("decisions", "signed", language) : title;
  const what =
    type === "qualified"
      ? word("regimes", "regime")
      : type === "express_decision"
        ? word("decisions", "sense")
        : "";
  return what ? `${named}${language === "fr" ? "\u00a0" : ""}: ${what}` : named;
}

/** Whether a decision was recorded as signed, and not yet as notified. */
export const isUnserved = ({ type, payload }: Told): boolean =>
  type === "express_decision" && !!payload.signed_at && !payload.notified_at;

/** Whether a derived value is one of the dates a timeline shows. */
export const isLegalDate = (key: string): boolean => key in legalFr.dates;
