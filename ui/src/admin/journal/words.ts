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

export const actionWords = (say: SayAdmin, action: string): string => sayCode(say, "action", action);

/** Names who acted: a person by their name, a program by its kind; a code newer than we are stays a code. */
export function actorWords(say: SayAdmin, actor: string, names: (id: string | null) => string): string {
  const [kind = "", uuid = ""] = actor.split(":");
  if (kind === "agent" && /^[0-9a-f-]{36}$/.test(uuid)) {
    const name = names(`usr_${wordOf(uuid)}`);
    return name === "…" ? say("actor.agent") : name;
  }
  return sayCode(say, "actor", kind);
}
