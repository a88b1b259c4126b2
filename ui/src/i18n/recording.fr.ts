/** Recording an event of the law, and annulling one. Its forms' own words come from the server. */
export const recordingFr = {
  "legal.which": "Ce qui s’est passé",
  "legal.which.hint": "Une date passée est admise, et marquée. Heures de {zone}.",
  "legal.choose": "Choisissez",
  "legal.possible": "Possible aujourd’hui",
  "legal.refused": "À une date passée seulement",
  "legal.refused_now": "S’il avait lieu maintenant, il serait refusé :",
  "legal.now": "maintenant",
  "legal.record": "Consigner",
  "legal.recorded": "Événement consigné",
  "legal.nothing_erased": "Rien ne s’efface : ce qui est consigné à tort s’annule depuis la chronologie.",
  "legal.field.missing": "Ce champ est obligatoire.",
  "legal.effect.later":
    "Remplissez ce qui est obligatoire : l’effet sur le délai se lit ici, avant de consigner.",
  "legal.effect.ends": "Le délai prend fin : plus rien ne reste à décider.",
  "legal.annul": "Annuler",
  "legal.annul.of": "Annuler : {what}",
  "legal.annul.title": "Annuler « {what} »",
  "legal.annul.act": "Annuler l’événement",
  "legal.annul.effect": "Il reste écrit, barré, et le délai se lit sans lui.",
  "legal.annul.why": "Pourquoi il est annulé",
};
