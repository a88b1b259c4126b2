import type { TourKey } from "./tour.fr";

export const tourEn: Readonly<Record<TourKey, string>> = {
  title: "Guided tour",
  of: "Step {n} of {of}",
  begin: "Begin the tour",
  next: "Next",
  back: "Back",
  end: "Finish",
  skip: "Skip the tour",
  later: "You can take it again from the help page at any time.",
  welcome: "Welcome to Parvis",
  "welcome.is":
    "Two minutes: where messages arrive, what the administration’s silence would decide, and how to answer. Nothing is changed.",
  inbox: "One message, one request",
  "inbox.is":
    "E-mail, form, text message, Facebook, telephone, counter: whatever a person sends arrives in this list, one line a request. Answers join their request by themselves.",
  views: "What presses first",
  "views.is":
    "Views sort the work; their counts are true. “At risk” gathers what silence would turn into a decision.",
  risk: "Risk is a word, not a colour",
  "risk.is":
    "“Born”, “Critical”, “Near”, “To qualify”: each line says what silence will decide, and when. The term is the last day, at midnight.",
  law: "Why this date",
  "law.is":
    "On the request, the legal clock shows each day that counts, the article it rests on and what would stop it. A date that is uncertain says so, and errs on the side that warns.",
  answer: "Answer, or ask for documents",
  "answer.is":
    "The answer leaves by the person’s own channel. Parvis warns where it would amount to a decision, keeps the draft on the server and leaves a few seconds to take a sending back.",
  calendar: "All that is coming",
  "calendar.is": "The terms of the month, day by day; each count opens the list it counts.",
  help: "And when in doubt",
  "help.is":
    "This page explains the keys, the words of the law with their articles, and whom to ask. The tour can be taken again from here.",
  "nothing.is": " No request is here to show it: send one, then take the tour again.",
};
