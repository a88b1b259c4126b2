"""A procedure of the catalogue said to an agent: what silence does, after how long, how far the texts were read."""

from collections.abc import Mapping
from types import MappingProxyType

from app.sve.catalogue import Certainty
from app.sve.law.regime import Regime
from app.sve.law.terms import Period
from app.sve.suggestion import Nature, NatureKind
from app.web.typography import tied

# A word, its tone, and the sentence a list explains it with.
CERTAINTIES: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        Certainty.READ.value: ("lu", "ok", "l’effet et le délai ont été lus dans un texte"),
        Certainty.PARTLY.value: ("lu en partie", "warn", "une partie seulement a été lue dans un texte"),
        Certainty.UNVERIFIED.value: ("non vérifié", "danger", "aucun texte n’a été lu : vérifiez avant de décider"),
    }
)
_EFFECTS: Mapping[Regime, str] = MappingProxyType(
    {
        Regime.SVA: "Le silence vaut accord (SVA)",
        Regime.SVR: "Le silence vaut rejet (SVR)",
        Regime.RENUNCIATION: "Le silence vaut renonciation",
        Regime.LUMP_SUM: "Le silence vaut somme forfaitaire",
        Regime.NONE: "Le silence ne décide de rien",
        Regime.UNKNOWN: "Effet du silence non établi, un accord reste possible",
    }
)
_NATURES: Mapping[NatureKind, str] = MappingProxyType(
    {
        NatureKind.REQUEST: "Ressemble à une demande",
        NatureKind.REPORT: "Ressemble à un signalement",
        NatureKind.COMPLAINT: "Ressemble à une réclamation ou à un recours",
        NatureKind.THANKS: "Ressemble à un remerciement",
        NatureKind.APPOINTMENT: "Ressemble à une demande de rendez-vous",
        NatureKind.SPAM_LIKE: "Ressemble à une publicité",
        NatureKind.UNKNOWN: "Nature incertaine",
    }
)


def silence(effect: Regime, delay: Period | None, adds: Period | None) -> str:
    """Says what silence does and when: « Le silence vaut accord (SVA) après 2 mois »."""
    said = _EFFECTS[effect]
    if adds is not None:
        return tied(f"{said} ; ajoute {adds.in_french} au délai d’une autre démarche : donnez le délai entier")
    if delay is not None:
        return tied(f"{said} ; délai de {delay.in_french}" if effect in _OPEN else f"{said} après {delay.in_french}")
    return said if effect in _OPEN else tied(f"{said} ; délai à donner")


def nature(seems: Nature) -> str:
    """Says what a message seems to be, and the words that say so."""
    return f"{_NATURES[seems.kind]}\N{NO-BREAK SPACE}: {seems.because}"


# Silence decides nothing there, or nobody has established what.
_OPEN = (Regime.NONE, Regime.UNKNOWN)
