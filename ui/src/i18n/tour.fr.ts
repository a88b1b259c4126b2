/** The sentences of the guided tour, which come with it. */
export const tourFr = {
  title: "Visite guidée",
  of: "Étape {n} sur {of}",
  begin: "Commencer la visite",
  next: "Suivant",
  back: "Précédent",
  end: "Terminer",
  skip: "Passer la visite",
  later: "Elle se reprend quand vous voulez depuis l’aide.",
  welcome: "Bienvenue dans Parvis",
  "welcome.is":
    "Deux minutes : où arrivent les messages, ce que le silence de l’administration déciderait, et comment répondre. Rien n’est modifié.",
  inbox: "Un message, une demande",
  "inbox.is":
    "Courriel, formulaire, SMS, Facebook, téléphone, guichet : tout ce qu’une personne envoie arrive dans cette liste, une ligne par demande. Les réponses rejoignent leur demande d’elles-mêmes.",
  views: "Ce qui presse d’abord",
  "views.is":
    "Les vues trient le travail ; leurs nombres sont vrais. « À risque » rassemble ce qu’un silence transformerait en décision.",
  risk: "Le risque est un mot, pas une couleur",
  "risk.is":
    "« Né », « Critique », « Proche », « À qualifier » : chaque ligne dit ce que le silence décidera, et quand. L’échéance est le dernier jour, à minuit.",
  law: "Pourquoi cette date",
  "law.is":
    "Sur la demande, l’horloge légale montre chaque jour qui compte, l’article qui le fonde et ce qui l’arrêterait. Une date incertaine le dit, et penche du côté qui avertit.",
  answer: "Répondre, ou demander des pièces",
  "answer.is":
    "La réponse part par le canal de la personne. Parvis prévient si elle vaudrait décision, garde le brouillon sur le serveur et laisse quelques secondes pour annuler l’envoi.",
  calendar: "Tout ce qui vient",
  "calendar.is": "Les échéances du mois, jour par jour ; chaque nombre ouvre la liste qu’il compte.",
  help: "Et quand on hésite",
  "help.is":
    "Cette page explique les touches, les mots de la loi avec leurs articles, et à qui demander. La visite se relance d’ici.",
  "nothing.is": " Aucune demande n’attend ici pour le montrer : envoyez-en une, puis reprenez la visite.",
} as const;

export type TourKey = keyof typeof tourFr;
