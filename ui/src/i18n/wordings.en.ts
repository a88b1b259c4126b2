import type { wordingsFr } from "./wordings.fr";

export const wordingsEn: Record<keyof typeof wordingsFr, string> = {
  "wordings.under": "each save makes an edition; letters that left keep theirs",
  "wordings.about":
    "Your words open and close the letter. What the law prescribes is written by Parvis between them, with the dates of the computation: it can neither be missing nor contradict itself.",
  "wordings.none": "None: the letter bears what the law prescribes",
  "wordings.edition": "Edition {n}, {at}",
  "wordings.emptied": "None since {at}",
  "wordings.col.kind": "Letter",
  "wordings.col.words": "Your words",
  "wordings.col.act": "Act",
  "wordings.write": "Write",
  "wordings.write_of": "Write the words of: {name}",
  "wordings.read": "Read",
  "wordings.read_of": "Read the words of: {name}",
  "wordings.save": "Save",
  "wordings.saved": "Template saved: the next letters will bear it.",
  "wordings.opening": "Before what the law prescribes",
  "wordings.opening.hint": "A greeting, thanks. No date and no time limit: Parvis writes them.",
  "wordings.closing": "After what the law prescribes",
  "wordings.closing.hint": "Your opening hours, where to find help, a closing formula.",
  "wordings.prescribed": "Between the two, what Parvis writes",
  "wordings.prescribed.hint":
    "Some mentions depend on the request. A line with a place that cannot be filled is not written; an SMS bears only what the law prescribes.",
  "wordings.preview": "Preview",
  "wordings.preview.hide": "Hide the preview",
  "wordings.preview.about":
    "A fictional request, in an invented town; the dates are those the engine would give today. Nothing is saved.",
  "wordings.preview.own": "Your words:",
  "wordings.editions": "Editions",
  "wordings.empty": "without words",
  "wordings.take": "Take back",
  "wordings.take_of": "Take back edition {n}",
};
