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

/** Whether a derived value is one of the dates a timeline shows. */
export const isLegalDate = (key: string): boolean => key in legalFr.dates;
