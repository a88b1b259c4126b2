import type { Language } from "../i18n";

/** « 840 ko », « 2,1 Mo » */
export function size(bytes: number | null, language: Language): string {
  if (bytes === null) return "";
  const [unit, of] =
    bytes >= 1_000_000 ? ["megabyte", 1_000_000] : bytes >= 1_000 ? ["kilobyte", 1_000] : ["byte", 1];
  return new Intl.NumberFormat(language, {
    style: "unit",
    unit: unit as string,
    unitDisplay: "short",
    maximumFractionDigits: of === 1_000_000 ? 1 : 0,
  }).format(bytes / (of as number));
}
