import type { paperFr } from "./paper.fr";

/** The sentences of the letterhead in the settings. */
export const paperEn: Record<keyof typeof paperFr, string> = {
  "paper.under": "each writing is an edition; letters that left keep theirs",
  "paper.none": "No letterhead is written yet: letters that name a court cannot leave.",
  "paper.edition": "Edition of {at}",
  "paper.place": "Place",
  "paper.place.hint": "The town written before the date.",
  "paper.place.missing": "Give the place: it is written before the date.",
  "paper.signatory_name": "Signatory",
  "paper.signatory_name.hint": "First name and name (CRPA L212-1).",
  "paper.signatory_title": "Signatory’s quality",
  "paper.signatory_title.hint": "For example: mayor, by delegation the deputy for roads.",
  "paper.court": "Competent court",
  "paper.court.hint": "Named among the remedies (CRPA R112-11-1).",
  "paper.court_address": "Address of the court",
  "paper.footer": "Footer",
  "paper.footer.hint": "A line at the bottom of each page.",
  "paper.keep_logo": "Keep the logo",
  "paper.keep_logo.hint": "Unticked, the new edition bears none.",
  "paper.logo": "Logo",
  "paper.logo.change": "Change the logo",
  "paper.saved": "Letterhead saved: the next letters will bear it.",
  "paper.example":
    "Example, with a fictional person. The exact page of a letter is seen from its request, before it leaves.",
};
