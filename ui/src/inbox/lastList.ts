// The list one came from, so that a request knows its neighbours and the way back. It lives as long as the page.
let address = "";
let references: readonly string[] = [];

export function rememberList(search: string, shown: readonly string[]): void {
  address = search;
  references = shown;
}

export const listAddress = (): string => (address ? `/boite?${address}` : "/boite");

/** The request before and after another in the list it was opened from. */
export function neighbours(reference: string): { at: number; of: number; before?: string; after?: string } {
  const at = references.indexOf(reference);
  if (at < 0) return { at, of: 0 };
  const before = references[at - 1];
  const after = references[at + 1];
  return { at, of: references.length, ...(before ? { before } : {}), ...(after ? { after } : {}) };
}
