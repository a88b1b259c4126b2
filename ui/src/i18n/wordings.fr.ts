/** The sentences of the words of letters in the settings. */
export const wordingsFr = {
  "wordings.under": "chaque enregistrement fait une édition ; les lettres parties gardent la leur",
  "wordings.about":
    "Vos mots ouvrent et ferment la lettre. Ce que la loi prescrit est écrit par Parvis entre les deux, avec les dates du calcul : il ne peut ni manquer ni se contredire.",
  "wordings.none": "Aucun : la lettre porte ce que la loi prescrit",
  "wordings.edition": "Édition {n}, {at}",
  "wordings.emptied": "Aucun depuis le {at}",
  "wordings.col.kind": "Lettre",
  "wordings.col.words": "Vos mots",
  "wordings.col.act": "Agir",
  "wordings.write": "Écrire",
  "wordings.write_of": "Écrire les mots de : {name}",
  "wordings.read": "Lire",
  "wordings.read_of": "Lire les mots de : {name}",
  "wordings.save": "Enregistrer",
  "wordings.saved": "Modèle enregistré : les prochaines lettres le porteront.",
  "wordings.opening": "Avant ce que la loi prescrit",
  "wordings.opening.hint":
    "Une formule d’appel, un remerciement. Pas de date ni de délai : Parvis les écrit.",
  "wordings.closing": "Après ce que la loi prescrit",
  "wordings.closing.hint": "Vos horaires, où trouver de l’aide, une formule de politesse.",
  "wordings.prescribed": "Entre les deux, ce que Parvis écrit",
  "wordings.prescribed.hint":
    "Certaines mentions dépendent de la demande. Une ligne dont un emplacement ne se remplit pas n’est pas écrite ; un SMS porte seulement ce que la loi prescrit.",
  "wordings.preview": "Aperçu",
  "wordings.preview.hide": "Masquer l’aperçu",
  "wordings.preview.about":
    "Une demande fictive, dans une commune inventée ; les dates sont celles que le calcul donnerait aujourd’hui. Rien n’est enregistré.",
  "wordings.preview.own": "Vos mots :",
  "wordings.editions": "Éditions",
  "wordings.empty": "sans mots",
  "wordings.take": "Reprendre",
  "wordings.take_of": "Reprendre l’édition {n}",
};
