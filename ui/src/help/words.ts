import { type SayOf, sayer, useWords } from "../i18n";
import { helpEn } from "../i18n/help.en";
import { type HelpKey, helpFr } from "../i18n/help.fr";

export type { HelpKey } from "../i18n/help.fr";

// The sentences of the help come with its screen: they weigh nothing on the first load.
const SAYERS = { fr: sayer(helpFr, "fr"), en: sayer(helpEn, "en") } as const;

export const useHelp = (): SayOf<HelpKey> => SAYERS[useWords().language];
