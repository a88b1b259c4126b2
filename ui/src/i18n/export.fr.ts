/** A list taken away as a file. */
export const exportFr = {
  "export.open": "Exporter",
  "export.title": "Prendre la liste en fichier",
  "export.take": "Prendre le fichier",
  "export.about":
    "La liste entière, telle que vous la voyez à cet instant, 50 000 dossiers au plus. Le journal garde qui l’a prise. Supprimez le fichier quand il ne sert plus.",
  "export.words":
    "Les mots cherchés ne se prennent pas en fichier : ôtez-les et restreignez la liste par des filtres.",
  "export.format": "Format",
  "export.format.ods": "Tableur (ODS)",
  "export.format.excel": "CSV pour Excel en français",
  "export.format.csv": "CSV (RFC 4180)",
  "export.every": "Toutes les colonnes, et pas seulement celles de l’écran",
};
