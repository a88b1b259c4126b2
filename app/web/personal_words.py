"""The words of the page of a person's data."""

from collections.abc import Mapping
from types import MappingProxyType

from app.privacy.planning import Fate
from app.privacy.restricting import RestrictionGround
from app.privacy.values import ErasureState, ExportState, Ground
from app.web.contact_words import Told

NO_REASON = "donnez le motif : il reste au registre"
GROUNDS: Mapping[Ground, str] = MappingProxyType(
    {
        Ground.NOT_NEEDED: "Les données ne sont plus nécessaires (a)",
        Ground.CONSENT: "Le consentement est retiré (b)",
        Ground.OBJECTION: "La personne s’oppose au traitement (c)",
        Ground.UNLAWFUL: "Le traitement est illicite, ou l’envoi fut une erreur (d)",
        Ground.OBLIGATION: "Une obligation légale l’impose (e)",
        Ground.CHILD: "Données d’un enfant (f)",
    }
)
RESTRICTION_GROUNDS: Mapping[RestrictionGround, str] = MappingProxyType(
    {
        RestrictionGround.ACCURACY: "L’exactitude est contestée, le temps de vérifier (a)",
        RestrictionGround.UNLAWFUL: "Traitement illicite, la personne préfère la limitation à l’effacement (b)",
        RestrictionGround.CLAIMS: "Utile à la personne pour une action en justice (c)",
        RestrictionGround.OBJECTION: "Opposition en cours d’examen (d)",
    }
)
FATES: Mapping[Fate, tuple[str, str]] = MappingProxyType(
    {Fate.ERASE: ("effacé", "danger"), Fate.PART: ("effacé en partie", "warn"), Fate.KEEP: ("gardé", "")}
)
COPIES: Mapping[ExportState, str] = MappingProxyType(
    {
        ExportState.ASKED: "en préparation",
        ExportState.READY: "prête",
        ExportState.FAILED: "échouée : demandez-en une autre",
        ExportState.EXPIRED: "sept jours passés, retirée",
    }
)
PLANS: Mapping[ErasureState, str] = MappingProxyType(
    {
        ErasureState.PLANNED: "à relire et confirmer, rien n’est effacé",
        ErasureState.CONFIRMED: "effacement en cours",
        ErasureState.DONE: "terminé",
    }
)
_DONE: Mapping[str, str] = MappingProxyType(
    {
        "copie": "La copie se prépare. Elle sera ici dans un instant, pour vous seul, pendant sept jours.",
        "rectification": "Rectifié. Ce qui y était n’est plus montré à personne.",
        "limitation": "Traitement limité : seuls les actes légaux partent vers cette personne.",
        "levee": "Limitation levée.",
        "conservation": "Conservation posée : rien d’elle ne sera effacé, éliminé ni fusionné ailleurs.",
        "fin-conservation": "Conservation levée.",
        "plan": "Voici le plan. Rien n’est effacé : relisez chaque ligne, puis confirmez.",
        "effacement": "Effacement confirmé. Il se fait maintenant, et cette page dira ce qui reste.",
    }
)


def done(word: str) -> Told | None:
    """Returns what the page says after a gesture."""
    return Told(_DONE[word], "ok") if word in _DONE else None
