"""Letters said to an agent: their kinds, their ways, and each field of their form."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from app.sve.letters.ground import Sense
from app.sve.letters.values import Way


@dataclass(frozen=True, slots=True)
class Asked:
    """A field of the form: its label, what it expects, and how it is typed (line, text, lines, day, sense)."""

    label: str
    hint: str
    how: str = "line"


WAYS: Mapping[Way, str] = MappingProxyType(
    {
        Way.CHANNEL: "Par le canal de la personne",
        Way.POST: "Par la poste : j’imprime et je poste",
        Way.COUNTER: "Au guichet : je remets en main propre",
    }
)
SENSES: Mapping[Sense, str] = MappingProxyType(
    {Sense.ACCEPTANCE: "Elle accorde", Sense.REFUSAL: "Elle refuse", Sense.PARTIAL: "Elle accorde en partie"}
)
FIELDS: Mapping[str, Asked] = MappingProxyType(
    {
        "pieces": Asked(
            "Pièces manquantes", "Une par ligne. Dans un accusé de réception, vide : rien ne manque.", "lines"
        ),
        "deadline_on": Asked("Dernier jour", "Le jour jusqu’auquel la personne peut répondre ou produire.", "day"),
        "legal_basis": Asked("Textes qui exigent ces pièces", "Par exemple : l’article 3 du règlement de voirie."),
        "recipient": Asked("Administration compétente", "À qui la demande a été transmise."),
        "recipient_address": Asked("Son adresse", "Postale ou électronique.", "text"),
        "received_on": Asked("Reçue par elle le", "Si vous le savez : le délai d’acceptation court de ce jour.", "day"),
        "channel": Asked("Canal valable", "Par exemple : le téléservice d’urbanisme."),
        "channel_address": Asked("Son adresse", "L’adresse à laquelle la personne doit écrire."),
        "sense": Asked("Que décide-t-elle ?", "", "sense"),
        "decision": Asked("Décision", "Ce qui est décidé, en phrases claires.", "text"),
        "reasons": Asked("Motifs", "Les considérations de droit et de fait (CRPA L211-5).", "text"),
        "signed_on": Asked("Signée le", "Vide : aujourd’hui.", "day"),
        "object": Asked("Objet de la demande", "En vos mots. Vide : l’objet du message."),
        "heard_on": Asked("Observations demandées le", "Jour de la lettre de procédure contradictoire.", "day"),
        "mandatory_appeal": Asked(
            "Recours préalable obligatoire", "L’autorité à saisir avant le juge. Vide : aucun n’est obligatoire."
        ),
        "mandatory_appeal_delay": Asked("Son délai", "Par exemple : deux mois."),
        "agent_name": Asked("Agent chargé du dossier", "Vide : le signataire du papier à en-tête (CRPA L111-2)."),
        "agent_title": Asked("Sa qualité", "Par exemple : instructrice."),
        "addressee": Asked("Nom du destinataire", "Vide : le nom sous lequel la personne a écrit."),
        "addressee_address": Asked("Son adresse postale", "Obligatoire pour un envoi par la poste.", "text"),
        "note": Asked("Un mot de plus", "Ajouté à la fin de la lettre.", "text"),
    }
)
# What is seldom needed stays folded.
FOLDED = ("agent_name", "agent_title", "addressee", "addressee_address", "note")
HEAD: Mapping[str, Asked] = MappingProxyType(
    {
        "place": Asked("Lieu", "La ville écrite avant la date."),
        "signatory_name": Asked("Signataire", "Prénom et nom (CRPA L212-1)."),
        "signatory_title": Asked(
            "Qualité du signataire", "Par exemple : maire, par délégation l’adjointe à la voirie."
        ),
        "court": Asked("Tribunal compétent", "Nommé dans les voies de recours (CRPA R112-11-1)."),
        "court_address": Asked("Adresse du tribunal", "", "text"),
        "footer": Asked("Pied de page", "Une ligne en bas de chaque page."),
    }
)
