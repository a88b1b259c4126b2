"""The engine's stored words said in French on paper: labels of what a reading already holds, no law here."""

from collections.abc import Mapping
from types import MappingProxyType

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
