import { type Language, sayer } from "../../i18n";
import { actionsEn } from "../../i18n/actions.en";
import { type Action, actionsFr } from "../../i18n/actions.fr";
import { type SayAdmin, sayCode } from "../words";

const CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz";

/** Writes a UUID as the API's identifiers end: 26 signs of Crockford base32. */
export function wordOf(uuid: string): string {
  let number = BigInt(`0x${uuid.replaceAll("-", "")}`);
  let word = "";
  for (let place = 0; place < 26; place++) {
    word = CROCKFORD[Number(number & 31n)] + word;
    number >>= 5n;
  }
  return word;
}

const SAYERS = { fr: sayer(actionsFr, "fr"), en: sayer(actionsEn, "en") } as const;

/** An act of the journal in words; a code newer than we are stays a code. */
export const actionWords = (language: Language, action: string): string =>
  Object.hasOwn(actionsFr, action) ? SAYERS[language](action as Action) : action;

/** Every act the journal is known to keep, in the order of its words. */
export function knownActions(language: Language): { code: string; words: string }[] {
  return Object.keys(actionsFr)
    .map((code) => ({ code, words: actionWords(language, code) }))
    .sort((one, other) => one.words.localeCompare(other.words, language));
}

/** Names who acted: a person by their name, a program by its kind; a code newer than we are stays a code. */
export function actorWords(say: SayAdmin, actor: string, names: (id: string | null) => string): string {
  const [kind = "", uuid = ""] = actor.split(":");
  if (kind === "agent" && /^[0-9a-f-]{36}$/.test(uuid)) {
    const name = names(`usr_${wordOf(uuid)}`);
    return name === "…" ? say("actor.agent") : name;
  }
  return sayCode(say, "actor", kind);
}
