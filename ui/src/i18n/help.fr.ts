/** The sentences of the help page, which come with it. A word of the law has its article. */
export const helpFr = {
  title: "Aide",
  contents: "Sur cette page",
  keys: "Touches",
  "keys.on": "Les touches d’une lettre sont actives. Elles ne font rien pendant que vous écrivez.",
  "keys.off": "Les touches d’une lettre sont coupées.",
  "keys.change": "Changer ou couper les touches",
  "keys.then": "puis",
  "keys.where":
    "Une touche agit sur l’écran où elle a un sens : « Répondre » sur un dossier, « Cocher » dans la boîte. Ctrl+K montre ce qui est possible là où vous êtes.",
  "keys.act": "Acte",
  "keys.key": "Touche",
  risks: "Les mots du risque",
  "risks.lead":
    "Chaque dossier porte un de ces mots. Il dit ce que le silence de l’administration décidera, et quand. Le serveur le calcule : cliquez sur l’échéance d’un dossier pour lire le texte qui fonde chaque date.",
  "risks.word": "Mot",
  "risks.meaning": "Ce qu’il dit, et l’article qui le fonde",
  law: "Les mots de la loi",
  "law.word": "Mot",
  "law.meaning": "Ce que c’est",
  "law.article": "Article",
  "law.crpa":
    "Sauf mention contraire, les articles sont ceux du code des relations entre le public et l’administration (CRPA).",
  "law.saisine": "Saisine",
  "law.saisine.is":
    "Demande qui saisit légalement l’administration, par courriel, formulaire ou tout autre envoi électronique.",
  "law.aee": "AEE, accusé d’enregistrement électronique",
  "law.aee.is": "Dit aussitôt, ou dans un jour ouvré, que l’envoi est arrivé.",
  "law.are": "ARE, accusé de réception électronique",
  "law.are.is": "Dit sous dix jours ouvrés ce que vaudra le silence, et à quelle date.",
  "law.sva": "SVA, silence vaut acceptation",
  "law.sva.is": "Sans réponse au terme, la demande est accordée.",
  "law.svr": "SVR, silence vaut rejet",
  "law.svr.is": "Sans réponse au terme, la demande est rejetée.",
  "law.term": "Terme",
  "law.term.is": "Dernier jour, à minuit, avant que le silence ne décide.",
  "law.pieces": "Délai arrêté",
  "law.pieces.is": "Des pièces manquent et ont été demandées : le délai reprend quand elles arrivent.",
  "law.transfer": "Transmission",
  "law.transfer.is": "Une demande qui revient à une autre administration lui est remise.",
  "law.retrait": "Retrait",
  "law.retrait.is":
    "Une acceptation née du silence et illégale peut être retirée, pendant quatre mois au plus.",
  screens: "Plan des écrans",
  "screens.outside": "Ces liens sortent de l’application : ils ouvrent des pages du serveur.",
  "screens.account": "Compte : mot de passe, second facteur, sessions",
  "screens.simple": "La boîte sans JavaScript",
  "screens.status": "État du service",
  access: "Accessibilité",
  "access.lead":
    "Non conforme : aucun audit n’a encore vérifié cette application au regard du RGAA 4.1. Voici ce que nous vérifions nous-mêmes.",
  "access.done.keys": "Tout se fait au clavier ; le focus se voit et revient où il était.",
  "access.done.axe":
    "Chaque écran est contrôlé par axe-core, en clair et en sombre, et à 320 pixels de large.",
  "access.done.colour": "Aucune couleur ne parle seule : chaque risque a un mot et une forme.",
  "access.done.time": "Rien ne se ferme sans prévenir ; ce que vous écriviez est gardé.",
  "access.not":
    "Non vérifié : les lecteurs d’écran avec des personnes qui s’en servent, le grossissement au-delà de 200 %.",
  "access.statement": "La déclaration d’accessibilité des pages publiques",
  "access.simple": "Si cette application vous gêne, la boîte sans JavaScript fait le même travail.",
  ask: "À qui demander",
  "ask.house": "Un droit, un réglage, un canal : les personnes qui administrent {town}.",
  "ask.house.none": "Vous ne pouvez pas lire la liste des personnes : demandez à votre responsable.",
  "ask.operator": "Une panne, une lenteur, une erreur : qui tient cette installation.",
  "ask.operator.none":
    "L’exploitant n’a pas dit comment le joindre. Demandez aux personnes qui administrent votre maison.",
  "ask.reference":
    "Donnez la référence de l’incident si l’écran en montre une : elle retrouve ce qui s’est passé sans rien dire des usagers.",
} as const;

export type HelpKey = keyof typeof helpFr;
