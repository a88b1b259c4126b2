"""What each letter asks of whoever writes it: its fields in both languages, how each is typed, the ways it may leave."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from app.rest.languages import Said
from app.sve.letters.ground import Sense
from app.sve.letters.kinds import EVERYWHERE, FIELDS
from app.sve.letters.values import Kind, Way

LINE_MAX, TEXT_MAX, ITEM_MAX, ITEMS_MAX = 300, 20_000, 1_000, 500


class How(StrEnum):
    """How a field is typed."""

    LINE = "line"
    TEXT = "text"
    LINES = "lines"  # one thing a line
    DAY = "day"
    SENSE = "sense"  # one of a few


_LONGEST: Mapping[How, int | None] = MappingProxyType(
    {How.LINE: LINE_MAX, How.TEXT: TEXT_MAX, How.LINES: ITEM_MAX, How.DAY: None, How.SENSE: None}
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A field of a form: its label, what it expects, how it is typed."""

    label: str
    hint: str
    how: How = How.LINE

    @property
    def longest(self) -> int | None:
        """How many characters it takes, each of its lines where one thing stands on each; None where none are typed."""
        return _LONGEST[self.how]


def _asked(label: str, hint: str, how: How = How.LINE, *, en: tuple[str, str]) -> Asked:
    return Asked(Said(label, en=en[0]), Said(hint, en=en[1]), how)


WAYS: Mapping[Way, Said] = MappingProxyType(
    {
        Way.CHANNEL: Said("Par le canal de la personne", en="By the person’s channel"),
        Way.POST: Said("Par la poste : j’imprime et je poste", en="By post: I print it and post it"),
        Way.COUNTER: Said("Au guichet : je remets en main propre", en="At the desk: I hand it over"),
    }
)
SENSES: Mapping[Sense, Said] = MappingProxyType(
    {
        Sense.ACCEPTANCE: Said("Elle accorde", en="It grants"),
        Sense.REFUSAL: Said("Elle refuse", en="It refuses"),
        Sense.PARTIAL: Said("Elle accorde en partie", en="It grants in part"),
    }
)
ASKED: Mapping[str, Asked] = MappingProxyType(
    {
        "pieces": _asked(
            "Pièces manquantes",
            "Une par ligne. Dans un accusé de réception, vide : rien ne manque.",
            How.LINES,
            en=("Missing pieces", "One a line. In an acknowledgement, empty: nothing is missing."),
        ),
        "deadline_on": _asked(
            "Dernier jour",
            "Le jour jusqu’auquel la personne peut répondre ou produire.",
            How.DAY,
            en=("Last day", "The day until which the person may answer or send them."),
        ),
        "legal_basis": _asked(
            "Textes qui exigent ces pièces",
            "Par exemple : l’article 3 du règlement de voirie.",
            en=(
                "Texts that require these pieces",
                "In French, as the letter is: « l’article 3 du règlement de voirie ».",
            ),
        ),
        "recipient": _asked(
            "Administration compétente",
            "À qui la demande a été transmise.",
            en=("Competent administration", "To whom the request was handed over."),
        ),
        "recipient_address": _asked(
            "Son adresse", "Postale ou électronique.", How.TEXT, en=("Its address", "Postal or electronic.")
        ),
        "received_on": _asked(
            "Reçue par elle le",
            "Si vous le savez : le délai d’acceptation court de ce jour.",
            How.DAY,
            en=("Received by it on", "If you know it: the period of acceptance runs from that day."),
        ),
        "channel": _asked(
            "Canal valable",
            "Par exemple : le téléservice d’urbanisme.",
            en=("Valid channel", "In French, as the letter is: « le téléservice d’urbanisme »."),
        ),
        "channel_address": _asked(
            "Son adresse",
            "L’adresse à laquelle la personne doit écrire.",
            en=("Its address", "The address to which the person must write."),
        ),
        "sense": _asked("Que décide-t-elle ?", "", How.SENSE, en=("What does it decide?", "")),
        "decision": _asked(
            "Décision",
            "Ce qui est décidé, en phrases claires.",
            How.TEXT,
            en=("Decision", "What is decided, in clear sentences."),
        ),
        "reasons": _asked(
            "Motifs",
            "Les considérations de droit et de fait (CRPA L211-5).",
            How.TEXT,
            en=("Reasons", "The considerations of law and of fact (CRPA L211-5)."),
        ),
        "signed_on": _asked("Signée le", "Vide : aujourd’hui.", How.DAY, en=("Signed on", "Empty: today.")),
        "object": _asked(
            "Objet de la demande",
            "En vos mots. Vide : l’objet du message.",
            en=("Subject of the request", "In your words. Empty: the subject of the message."),
        ),
        "heard_on": _asked(
            "Observations demandées le",
            "Jour de la lettre de procédure contradictoire.",
            How.DAY,
            en=("Observations asked for on", "Day of the letter that asked the person for them."),
        ),
        "mandatory_appeal": _asked(
            "Recours préalable obligatoire",
            "L’autorité à saisir avant le juge. Vide : aucun n’est obligatoire.",
            en=("Mandatory prior appeal", "The authority to be asked before the judge. Empty: none is mandatory."),
        ),
        "mandatory_appeal_delay": _asked(
            "Son délai", "Par exemple : deux mois.", en=("Its period", "In French, as the letter is: « deux mois ».")
        ),
        "agent_name": _asked(
            "Agent chargé du dossier",
            "Vide : le signataire du papier à en-tête (CRPA L111-2).",
            en=("Agent in charge", "Empty: whoever signs the letterhead (CRPA L111-2)."),
        ),
        "agent_title": _asked(
            "Sa qualité",
            "Par exemple : instructrice.",
            en=("Their quality", "In French, as the letter is: « instructrice »."),
        ),
        "addressee": _asked(
            "Nom du destinataire",
            "Vide : le nom sous lequel la personne a écrit.",
            en=("Name of the addressee", "Empty: the name under which the person wrote."),
        ),
        "addressee_address": _asked(
            "Son adresse postale",
            "Obligatoire pour un envoi par la poste.",
            How.TEXT,
            en=("Their postal address", "Mandatory for a letter by post."),
        ),
        "note": _asked(
            "Un mot de plus",
            "Ajouté à la fin de la lettre.",
            How.TEXT,
            en=("One more word", "Added at the end of the letter."),
        ),
    }
)


def asked_by(kind: Kind) -> Sequence[tuple[str, Asked]]:
    """Returns the fields of a kind in their order, those of every letter last."""
    return [(name, ASKED[name]) for name in (*FIELDS[kind], *EVERYWHERE)]


def ways_of(kind: Kind) -> Sequence[Way]:
    """Returns the ways a kind may take. Source: CRPA R112-11-3 (an ARE answers where one wrote)."""
    return (Way.CHANNEL,) if kind is Kind.ARE else tuple(Way)
