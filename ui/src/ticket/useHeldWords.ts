import { useWords } from "../i18n";
import { type CustomField, type Held, labelOf } from "./customFields";

/** What a field holds, in words: the labels of a list, yes or no, a number as one writes it. */
export function useHeldWords(): (field: CustomField, held: Held) => string {
  const { t, language } = useWords();
  const chosen = (field: CustomField, key: string): string => {
    const choice = field.choices.find((one) => one.key === key);
    return choice ? labelOf(choice, language) : key;
  };
  return (field, held) => {
    if (Array.isArray(held)) return held.map((key) => chosen(field, key)).join(", ");
    if (typeof held === "boolean") return t(held ? "fields.yes" : "fields.no");
    if (typeof held === "number") return held.toLocaleString(language, { maximumFractionDigits: 6 });
    return field.kind === "choice" ? chosen(field, held) : held;
  };
}
