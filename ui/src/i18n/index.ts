import { createContext, useContext } from "react";
import { type Catalogue, fr, type Key } from "./fr";
import { french } from "./typography";

export type { Key } from "./fr";
export type Language = "fr" | "en";
type Values = Readonly<Record<string, string | number>>;

/** Says a sentence of the catalogue; `{name}` takes a value, and with one (`n`) its sentence for one is said. */
export type Say = (key: Key, values?: Values) => string;

export interface Words {
  language: Language;
  t: Say;
}

const WISH = "parvis.langue";

/** Returns the language to speak: the one chosen here, else the browser's, else French. */
export function wishedLanguage(): Language {
  const chosen = localStorage.getItem(WISH);
  if (chosen === "fr" || chosen === "en") return chosen;
  const first = navigator.languages.find((tag) => /^(fr|en)\b/.test(tag));
  return first?.startsWith("en") ? "en" : "fr";
}

export function chooseLanguage(language: Language): void {
  localStorage.setItem(WISH, language);
  location.reload();
}

export async function wordsOf(language: Language): Promise<Words> {
  const catalogue: Catalogue = language === "en" ? (await import("./en")).en : fr;
  return { language, t: sayer(catalogue, language) };
}

export function sayer(catalogue: Catalogue, language: Language): Say {
  const kept = new Map<Key, string>();
  return (asked, values) => {
    const one = `${asked}_one`;
    const key = values?.n === 1 && one in catalogue ? (one as Key) : asked;
    let words = kept.get(key);
    if (words === undefined) {
      words = language === "fr" ? french(catalogue[key]) : catalogue[key];
      kept.set(key, words);
    }
    return values
      ? words.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
      : words;
  };
}

export const WordsContext = createContext<Words>({ language: "fr", t: sayer(fr, "fr") });

export const useWords = (): Words => useContext(WordsContext);
