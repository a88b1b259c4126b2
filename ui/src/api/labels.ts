const CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz";

/** The identifier of the person a label of the API names (`agent:` and a UUID); `null` for a program or the house. */
export function personOf(label: string): string | null {
  const [kind, uuid = ""] = label.split(":");
  const digits = uuid.replaceAll("-", "");
  if (kind !== "agent" || !/^[0-9a-f]{32}$/i.test(digits)) return null;
  let number = BigInt(`0x${digits}`);
  let letters = "";
  for (let place = 0; place < 26; place += 1) {
    letters = CROCKFORD[Number(number & 31n)] + letters;
    number >>= 5n;
  }
  return `usr_${letters}`;
}
