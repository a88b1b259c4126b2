import { type SayOf, sayer, useWords } from "../i18n";
import { adminEn } from "../i18n/admin.en";
import { type AdminKey, adminFr } from "../i18n/admin.fr";

export type { AdminKey } from "../i18n/admin.fr";
export type SayAdmin = SayOf<AdminKey>;

// The sentences of administration come with its screens: they weigh nothing on the first load.
const SAYERS = { fr: sayer(adminFr, "fr"), en: sayer(adminEn, "en") } as const;

export const useAdmin = (): SayAdmin => SAYERS[useWords().language];

/** A sentence of the catalogue made of a code of the API, or the code itself when it is newer than we are. */
export function sayCode(say: SayAdmin, family: string, code: string): string {
  const key = `${family}.${code}`;
  return key in adminFr ? say(key as AdminKey) : code;
}
