/** The sentences of the letterhead in the settings. */
export const paperFr = {
  "paper.under": "chaque enregistrement fait une édition ; les lettres parties gardent la leur",
  "paper.none":
    "Aucun papier n’est encore écrit : les lettres qui nomment un tribunal ne peuvent pas partir.",
  "paper.edition": "Édition du {at}",
  "paper.place": "Lieu",
  "paper.place.hint": "La ville écrite avant la date.",
  "paper.place.missing": "Donnez le lieu : il s’écrit avant la date.",
  "paper.signatory_name": "Signataire",
  "paper.signatory_name.hint": "Prénom et nom (CRPA L212-1).",
  "paper.signatory_title": "Qualité du signataire",
  "paper.signatory_title.hint": "Par exemple : maire, par délégation l’adjointe à la voirie.",
  "paper.court": "Tribunal compétent",
  "paper.court.hint": "Nommé dans les voies de recours (CRPA R112-11-1).",
  "paper.court_address": "Adresse du tribunal",
  "paper.footer": "Pied de page",
  "paper.footer.hint": "Une ligne en bas de chaque page.",
  "paper.keep_logo": "Garder le logo",
  "paper.keep_logo.hint": "Décoché, l’édition nouvelle n’en porte pas.",
  "paper.logo": "Logo",
  "paper.logo.change": "Changer le logo",
  "paper.saved": "Papier enregistré : les prochaines lettres le porteront.",
  "paper.example":
    "Exemple, avec une personne fictive. La page exacte d’une lettre se voit depuis sa demande, avant de l’envoyer.",
};
