import { fr, type Key } from "../i18n/fr";
import type { Pair } from "./queries";

/** The other person of a pair. */
export const otherOf = (pair: Pick<Pair, "contacts">, id: string) =>
  pair.contacts.find((one) => one.id !== id) ?? null;

/** The catalogue's key for a kind of address; none for one of a package we do not know. */
export function kindKey(kind: string): Key | null {
  const key = `people.kind.${kind}`;
  return key in fr ? (key as Key) : null;
}
