"""What can be wrong with a mail, as stable codes with a sentence an agent understands."""

from enum import StrEnum


class Defect(StrEnum):
    """A closed set: the code stands before the colon of a warning and never changes meaning."""

    EMPTY = "vide"
    SIZE = "taille"
    DEPTH = "profondeur"
    PARTS = "parties"
    HEADER_COUNT = "entetes"
    HEADER_LENGTH = "entete-long"
    HEADER_SYNTAX = "entete-illisible"
    LEADING = "debut"
    LINE_ENDS = "fins-de-ligne"
    STRUCTURE = "structure"
    OUTSIDE = "hors-parties"
    TYPE = "type"
    TRANSFER = "encodage"
    CHARSET = "jeu-de-caracteres"
    CONTROL = "caracteres"
    TEXT_LENGTH = "texte-long"
    HTML = "html"
    LINK = "lien"
    ADDRESS = "adresse"
    SENDER = "expediteur"
    DATE = "date"
    MESSAGE_ID = "identifiant"
    NAME = "nom-de-piece"
    TNEF = "tnef"
    CALENDAR = "invitation"
    SIGNED = "signature"
    ENCRYPTED = "chiffrement"
    EXTERNAL = "contenu-externe"
    ALTERNATIVES = "versions"


SENTENCES: dict[Defect, str] = {
    Defect.EMPTY: "le message ne contient aucun texte lisible",
    Defect.SIZE: "le message dépasse la taille lue ; seuls ses en-têtes sont affichés",
    Defect.DEPTH: "les parties sont imbriquées trop profondément ; le reste est dans l'original",
    Defect.PARTS: "le message a trop de parties ; le reste est dans l'original",
    Defect.HEADER_COUNT: "le message a trop d'en-têtes ; les moins utiles sont dans l'original",
    Defect.HEADER_LENGTH: "un en-tête est trop long ; il est abrégé ici",
    Defect.HEADER_SYNTAX: "des lignes d'en-tête sont mal formées",
    Defect.LEADING: "des lignes précèdent les en-têtes",
    Defect.LINE_ENDS: "les fins de ligne sont inhabituelles",
    Defect.STRUCTURE: "la structure des parties est incomplète ou incohérente",
    Defect.OUTSIDE: "du texte se trouve hors des parties annoncées ; il est ajouté à la fin",
    Defect.TYPE: "un type de contenu est illisible ou annoncé deux fois ; la partie peut être mal lue",
    Defect.TRANSFER: "l'encodage d'une partie est incorrect ; la lecture peut être imparfaite",
    Defect.CHARSET: "le jeu de caractères annoncé ne convient pas ; des lettres peuvent être fausses",
    Defect.CONTROL: "des caractères invisibles ou interdits ont été retirés de l'affichage",
    Defect.TEXT_LENGTH: "le texte est très long ; il est abrégé ici et entier dans l'original",
    Defect.HTML: "la mise en forme est trop lourde ; seul le texte est affiché",
    Defect.LINK: "le texte d'un lien annonce une autre adresse que sa cible",
    Defect.ADDRESS: "une adresse est mal formée",
    Defect.SENDER: "l'expéditeur est absent ou ambigu ; son identité n'est pas établie",
    Defect.DATE: "la date annoncée est absente, illisible ou invraisemblable",
    Defect.MESSAGE_ID: "l'identifiant du message est absent ou mal formé",
    Defect.NAME: "le nom d'une pièce a été nettoyé",
    Defect.TNEF: "le message contient une pièce Outlook (winmail.dat) qui peut cacher d'autres pièces",
    Defect.CALENDAR: "le message contient une invitation d'agenda",
    Defect.SIGNED: "le message porte une signature électronique qui n'a pas été vérifiée",
    Defect.ENCRYPTED: "le message, ou une partie, est chiffré et ne peut être lu ici",
    Defect.EXTERNAL: "le message renvoie à un contenu extérieur, qui n'a pas été cherché",
    Defect.ALTERNATIVES: "les versions texte et HTML ne disent pas la même chose ; lire les deux",
}


class Defects:
    """Collects each defect once, whatever the number of times a sender repeats it."""

    def __init__(self) -> None:
        self._seen: dict[Defect, str] = {}

    def note(self, defect: Defect, *, detail: str = "") -> None:
        """Remembers a defect; `detail` is ours, never a sender's words."""
        self._seen.setdefault(defect, detail)

    def __contains__(self, defect: object) -> bool:
        return defect in self._seen

    def warnings(self) -> tuple[str, ...]:
        """Returns `code: sentence` in the order the defects were met."""
        return tuple(
            f"{defect.value}: {SENTENCES[defect]}" + (f" ({detail})" if detail else "")
            for defect, detail in self._seen.items()
        )
