/** The colour of Parvis, as `tokens.css` writes it: what is shown where an administration chose none. */
export const OWN = "#2b4c8c";

const WRITTEN = /^#[0-9a-f]{6}$/i;

/** The colour to draw with while one is being typed. */
export const drawnWith = (typed: string): string => (WRITTEN.test(typed.trim()) ? typed.trim() : OWN);

/** The colour a refusal offers in place of the one it refused: the last it names. */
export const offeredIn = (refusal: string | undefined): string | undefined =>
  refusal?.match(/#[0-9a-f]{6}/gi)?.at(-1);

/** Puts the colour just saved on the screen, and on the next one this browser opens. */
export function wear(accent: string): void {
  document.documentElement.style.setProperty("--tenant", accent || OWN);
  void fetch("/apparence.css", { cache: "reload" }).catch(() => undefined); // the next reading brings it anyway
}
