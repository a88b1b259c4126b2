"""The words agents read of forms: what answers are for, states, what is asked of browsers. Pure."""

from collections.abc import Mapping
from types import MappingProxyType

from app.channels.adapters.webform_questions import ProofDemand
from app.forms.values import FormKind, FormState

ABOUT: Mapping[str, str] = MappingProxyType(
    {
        "subject": "l’objet de la demande",
        "message": "le texte de la demande",
        "email": "l’adresse électronique, pour répondre",
        "phone": "le téléphone, pour répondre",
        "given_name": "le prénom",
        "family_name": "le nom de famille",
        "name": "le nom entier",
        "address": "l’adresse postale",
    }
)
STATES: Mapping[FormState, tuple[str, str]] = MappingProxyType(
    {
        FormState.DRAFT: ("brouillon", ""),
        FormState.PUBLISHED: ("publié", "ok"),
        FormState.UNPUBLISHED: ("fermé", "warn"),
        FormState.ARCHIVED: ("archivé", ""),
    }
)
FOR: Mapping[FormKind, str] = MappingProxyType(
    {FormKind.REQUEST: "demande", FormKind.REPORT: "signalement sur le terrain"}
)
DEMANDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        ProofDemand.OFF.value: (
            "Rien",
            "Pas de script sur la page. Champ caché, vitesse, réseau et liens suffisent à douter d’un envoi.",
        ),
        ProofDemand.WHEN_DOUBTFUL.value: (
            "Un calcul, qui lève certains doutes",
            "Le navigateur calcule une seconde ou deux. Un envoi plein de liens, ou d’un réseau très actif, passe s’il l’a fait.",
        ),
        ProofDemand.ALWAYS.value: (
            "Un calcul, attendu de chacun",
            "Sans lui (pas de JavaScript, ou une machine), l’envoi est gardé et confirmé par courriel. À choisir sous une attaque.",
        ),
    }
)
