"""A procedure of the catalogue said to an agent: what silence does, after how long, how far the texts were read."""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType

from app.sve.catalogue import Certainty, Origin, SourceKind
from app.sve.catalogue.families import FamilyWord
from app.sve.law.reasons import in_french
from app.sve.law.regime import Regime
from app.sve.law.terms import Period
from app.sve.local_procedures.values import Difference
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
ORIGINS: Mapping[str, str] = MappingProxyType(
    {
        Origin.NATIONAL.value: "catalogue national",
        Origin.INSTALLATION.value: "liste importée",
        Origin.LOCAL.value: "notre édition",
    }
)
SOURCES: Mapping[str, str] = MappingProxyType(
    {
        SourceKind.TEXT.value: "texte consolidé",
        SourceKind.LOCAL.value: "acte local",
        SourceKind.ANNEX.value: "décret, première version",
        SourceKind.SHEET.value: "fiche service-public",
        SourceKind.PAGE.value: "copie d’un site",
        SourceKind.SECONDARY.value: "un site le dit",
        SourceKind.LIST.value: "liste importée",
        SourceKind.UNREAD.value: "rien n’a été lu",
    }
)
FAMILIES: Mapping[str, str] = MappingProxyType(
    {
        "": "Les règles générales (CRPA)",
        FamilyWord.URBANISME.value: "Urbanisme",
        FamilyWord.DIA.value: "Déclaration d’intention d’aliéner",
        FamilyWord.ENSEIGNE.value: "Enseigne",
        FamilyWord.CADA.value: "Documents administratifs (CADA)",
        FamilyWord.RGPD.value: "Données personnelles (RGPD)",
        FamilyWord.APA.value: "APA",
        FamilyWord.MDPH.value: "MDPH",
        FamilyWord.ASSISTANT.value: "Assistant maternel ou familial",
        FamilyWord.ACCUEILLANT.value: "Accueillant familial",
        FamilyWord.FPS.value: "Forfait post-stationnement",
        FamilyWord.ELECTORAL.value: "Listes électorales",
        FamilyWord.CESEDA.value: "Attestation d’accueil",
    }
)
_FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "code": "Code",
        "title": "Intitulé",
        "domain": "Domaine",
        "kinds": "Natures d’administration",
        "effect": "Effet du silence",
        "delay": "Délai",
        "adds": "Majoration",
        "certainty": "Certitude",
        "authority": "Autorité",
        "keywords": "Mots des usagers",
        "doubt": "Ce qui reste à lire",
        "sources": "Sources",
        "teleservice": "Téléservice",
        "pieces": "Pièces",
        "pieces_read": "Pièces lues dans un article",
        "sve_excluded": "Exclue de la saisine électronique",
        "versions": "Versions",
        "deliberation": "Délibération",
    }
)
_NATURES: Mapping[NatureKind, str] = MappingProxyType(
    {
        NatureKind.REQUEST: "Ressemble à une demande",
        NatureKind.REPORT: "Ressemble à un signalement",
        NatureKind.COMPLAINT: "Ressemble à une réclamation ou à un recours",
        NatureKind.THANKS: "Ressemble à un remerciement",
        NatureKind.APPOINTMENT: "Ressemble à une demande de rendez-vous",
        NatureKind.INFORMATION: "Ressemble à une simple information",
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


def differences(found: Sequence[Difference]) -> Sequence[tuple[str, str, str]]:
    """Says each difference as (field, before, after)."""
    return [
        (_FIELDS.get(one.field, one.field), _said(one.field, one.before), _said(one.field, one.after)) for one in found
    ]


def _said(field: str, value: object) -> str:
    match value:
        case None | "" | []:
            return "rien"
        case bool():
            return "oui" if value else "non"
        case list():
            return " ; ".join(_said(field, one) for one in value)
        case {"effect": effect, **rest}:
            since = f"depuis le {_day(rest['valid_from'])}" if rest.get("valid_from") else "depuis une date non établie"
            until = f", jusqu’au {_day(rest['valid_until'])}" if rest.get("valid_until") else ""
            delay = f", {_said('delay', rest['delay'])}" if rest.get("delay") else ""
            return f"{_said('effect', effect)}{delay}, {since}{until}"
        case {"number": number, "title": title, "taken_on": taken_on, **_rest}:
            return f"n° {number} du {_day(str(taken_on))}, {title}"
        case {"title": title, **_rest}:
            return str(title)
        case str() if field == "effect":
            return _EFFECTS[Regime(value)]
        case str() if field in ("delay", "adds"):
            return Period.parse(value).in_french
        case str() if field == "certainty":
            return CERTAINTIES[value][0]
        case _:
            return str(value)


def _day(written: object) -> str:
    return in_french(date.fromisoformat(str(written)))


def nature(seems: Nature) -> str:
    """Says what a message seems to be, and the words that say so."""
    return f"{_NATURES[seems.kind]}\N{NO-BREAK SPACE}: {seems.because}"


# Silence decides nothing there, or nobody has established what.
_OPEN = (Regime.NONE, Regime.UNKNOWN)
