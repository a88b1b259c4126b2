"""What became of an attempt, and what providers report, in an agent's words."""

from collections.abc import Mapping
from types import MappingProxyType

from app.channels.contract import DeliveryStatus, Outcome

OUTCOMES: Mapping[str, str] = MappingProxyType(
    {
        Outcome.OK.value: "pris par le fournisseur",
        Outcome.RETRY.value: "rien n’est parti, à réessayer",
        Outcome.THROTTLED.value: "le fournisseur demande d’attendre",
        Outcome.PERMANENT.value: "refusé",
        Outcome.OPTED_OUT.value: "la personne refuse les messages",
        Outcome.WINDOW_CLOSED.value: "le canal ne laisse plus répondre",
        Outcome.AUTH.value: "le fournisseur refuse nos clés",
        Outcome.CONFIG.value: "réglage du canal à corriger",
        Outcome.UNKNOWN.value: "parti, mais la réponse s’est perdue",
    }
)
REPORTS: Mapping[str, str] = MappingProxyType(
    {
        DeliveryStatus.ACCEPTED.value: "accepté",
        DeliveryStatus.SENT.value: "envoyé",
        DeliveryStatus.DELIVERED.value: "remis",
        DeliveryStatus.READ.value: "lu",
        DeliveryStatus.FAILED.value: "échec",
        DeliveryStatus.BOUNCED.value: "revenu, non remis",
    }
)
WEEKDAYS: Mapping[int, str] = MappingProxyType(
    {1: "lundi", 2: "mardi", 3: "mercredi", 4: "jeudi", 5: "vendredi", 6: "samedi", 7: "dimanche"}
)
