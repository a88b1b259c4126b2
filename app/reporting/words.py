"""The engine's stored words said in French on paper: labels of what a reading already holds, no law here."""

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from app.sve.law.reasons import in_french

REGIMES: Mapping[str, str] = MappingProxyType(
    {
        "UNKNOWN": "non qualifiée",
        "SVA": "silence vaut acceptation (SVA)",
        "SVR": "silence vaut rejet (SVR)",
        "renunciation": "silence vaut renonciation",
        "lump_sum": "silence vaut montant forfaitaire",
        "none": "silence sans effet",
    }
)
STATES: Mapping[str, str] = MappingProxyType(
    {
        "not_started": "délai non commencé",
        "running": "délai en cours",
        "waiting_for_pieces": "en attente de pièces",
        "suspended": "délai suspendu",
        "decided": "décision rendue",
        "tacit": "décision tacite née",
        "uncertain": "incertain",
        "no_silence": "silence sans effet",
    }
)
RISKS: Mapping[str, str] = MappingProxyType(
    {
        "born": "accord né",
        "critical": "critique",
        "near": "proche",
        "controlled": "sous contrôle",
        "suspended": "suspendu",
        "silence_rejects": "silence vaut rejet",
        "unqualified": "à qualifier",
        "none": "sans enjeu",
    }
)
STATUSES: Mapping[str, str] = MappingProxyType(
    {
        "new": "nouveau",
        "open": "en cours",
        "waiting": "en attente de l'usager",
        "resolved": "répondu",
        "closed": "clos",
    }
)
CERTAINTIES: Mapping[str, str] = MappingProxyType(
    {"read": "lu dans un texte", "partly": "lu en partie", "unverified": "non vérifié"}
)
SENSES: Mapping[str, str] = MappingProxyType(
    {
        "acceptance": "favorable",
        "refusal": "défavorable",
        "partial": "partiellement favorable",
        "favourable": "favorable",
        "unfavourable": "défavorable",
        "granted": "favorable",
        "refused": "défavorable",
    }
)
CHANNELS: Mapping[str, str] = MappingProxyType(
    {
        "email": "courriel",
        "webform": "formulaire",
        "sms": "SMS",
        "post": "courrier postal",
        "counter": "guichet",
        "phone": "téléphone",
        "chat": "tchat",
    }
)


def channel(kind: str) -> str:
    """Says a channel by its family; a network keeps its own name."""
    return CHANNELS.get(kind.partition(".")[0], kind)


EVENTS: Mapping[str, str] = MappingProxyType(
    {
        "received": "Demande reçue",
        "qualified": "Qualifiée",
        "dismissed": "Écartée",
        "reopened": "Rouverte",
        "corrected": "Événement annulé par une correction",
        "joined": "Jointe à une autre saisine",
        "separated": "Séparée d'une autre saisine",
        "asked": "Demande relevée dans le message",
        "transmitted": "Transmise",
        "transferred": "Transmise à l'administration compétente",
        "ack_sent": "Accusé envoyé",
        "pieces_requested": "Pièces demandées",
        "pieces_received": "Pièces reçues",
        "completed": "Dossier complet",
        "clock_suspended": "Délai suspendu",
        "clock_resumed": "Délai repris",
        "extension_notified": "Prolongation notifiée",
        "express_decision": "Décision expresse",
        "decision_posted": "Décision postée",
        "decision_presented": "Décision présentée",
        "decision_made_available": "Décision mise à disposition",
        "decision_notified": "Décision notifiée",
        "withdrawal_decision": "Décision de retrait",
        "tacit_acceptance": "Acceptation tacite constatée",
        "tacit_rejection": "Rejet implicite constaté",
        "request_withdrawn": "Demande retirée par l'usager",
        "attestation_requested": "Attestation demandée",
        "attestation_issued": "Attestation délivrée",
        "reasons_requested": "Motifs demandés",
        "reasons_communicated": "Motifs communiqués",
        "court_seized": "Tribunal saisi",
    }
)
OUT_STATES: Mapping[str, str] = MappingProxyType(
    {
        "frozen": "en attente",
        "sending": "en cours d'envoi",
        "accepted": "accepté par le relais",
        "unknown": "issue inconnue",
        "failed": "échec",
        "delivered": "remis",
        "bounced": "rejeté",
        "abandoned": "abandonné",
    }
)
PURPOSES: Mapping[str, str] = MappingProxyType(
    {
        "reply": "réponse",
        "AEE": "AEE",
        "ARE": "ARE",
        "letter": "courrier",
        "code": "code de vérification",
        "forward": "signalement transmis",
    }
)
_ACTORS: Mapping[str, str] = MappingProxyType(
    {
        "system": "Parvis, automatiquement",
        "agent": "un agent",
        "operator": "un exploitant",
        "citizen": "l'usager",
        "automation": "une automatisation",
    }
)
_DECIDED: Mapping[object, str] = MappingProxyType({True: "oui", False: "non", None: "aucune date"})


def event(kind: str) -> str:
    """Says an event of the law; one without a label says its own word."""
    return EVENTS.get(kind, kind.replace("_", " "))


def actor(label: str | None, names: Mapping[str, str]) -> str:
    """Says who acted, by the name their key was given, else what kind of actor it was."""
    return "" if label is None else names.get(label, _ACTORS.get(label, label))


def value(found: object) -> str:
    """Says a derived value."""
    match found:
        case bool() | None:
            return _DECIDED[found]
        case datetime():
            return f"{in_french(found.date())} à {found.hour} h {found.minute:02d}"
        case date():
            return in_french(found)
        case tuple() | list():
            return ", ".join(str(one).replace("_", " ") for one in found)
        case _:
            return REGIMES.get(str(found), str(found))


def moment(at: datetime, zone: str) -> str:
    """Says an instant in the administration's own time, with its distance to UTC: it stands in evidence."""
    there = at.astimezone(ZoneInfo(zone))
    away = f"{there:%z}"
    return f"{in_french(there.date())} à {there.hour} h {there.minute:02d} (UTC{away[:3]}:{away[3:]})"
