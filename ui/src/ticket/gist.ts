// A receipt reads the same on each request: what the person wrote must not be out of sight because of it.
const FEW_LINES = 5;
const A_SALUTATION = 30;

/** The first paragraph of a long message that says something, its salutation left out; null of one that is short. */
export function gistOf(text: string): string | null {
  if (text.trim().split("\n").length <= FEW_LINES) return null;
  const paragraphs = text.split(/\n\s*\n/).map((one) => one.trim());
  return paragraphs.find((one) => one.length > A_SALUTATION) ?? paragraphs.find(Boolean) ?? null;
}
