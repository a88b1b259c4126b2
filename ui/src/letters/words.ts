import { type SayOf, sayer, useWords } from "../i18n";
import { lettersEn } from "../i18n/letters.en";
import { type LetterKey, lettersFr } from "../i18n/letters.fr";

// These sentences come with the form: they weigh nothing on the first load.
const SAYERS = { fr: sayer(lettersFr, "fr"), en: sayer(lettersEn, "en") } as const;

export const useLetterWords = (): SayOf<LetterKey> => SAYERS[useWords().language];
