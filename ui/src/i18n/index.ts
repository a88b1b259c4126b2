import { createContext, useContext } from "react";
import { type Catalogue, fr, type Key } from "./fr";
import { french } from "./typography";

export type { Key } from "./fr";
export type Language = "fr" | "en";
type Values = Readonly<Record<string, string | number>>;

/** Says a sentence of a catalogue; `{name}` takes a value, and with one (`n`) its sentence for one is said. */
export type SayOf<K extends string> = (key: K, values?: Values) => string;
export type Say = SayOf<Key>;

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

export function sayer<K extends string>(
  catalogue: Readonly<Record<K, string>>,
  language: Language,
): SayOf<K> {
  const kept = new Map<K, string>();
  return (asked, values) => {
    const one = `${asked}_one`;
    const key = values?.n === 1 && one in catalogue ? (one as K) : asked;
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
