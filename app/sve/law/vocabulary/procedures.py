"""The `procedure` object of a case: which family of rules, which silence, which delay."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from app.sve.law.procedure import Family, MandatoryAppeal, Permit, Procedure
from app.sve.law.regime import Asking, LocalCategory, Regime
from app.sve.law.regimes.urbanisme import DELAYS
from app.sve.law.terms import FOUR_MONTHS, ONE_MONTH, TWO_MONTHS, Period
from app.sve.law.territories import Territory
from app.sve.law.vocabulary.fields import Fields, SimulationError
from app.sve.law.vocabulary.words import residence_of

SILENCES: Mapping[str, Regime] = MappingProxyType(
    {
        "SVA": Regime.SVA,
        "SVR": Regime.SVR,
        "RENUNCIATION": Regime.RENUNCIATION,
        "RENONCIATION": Regime.RENUNCIATION,
        "LUMP_SUM": Regime.LUMP_SUM,
        "NONE": Regime.NONE,
        "UNKNOWN": Regime.UNKNOWN,
        "?": Regime.UNKNOWN,
    }
)
FAMILIES: Mapping[str, Family] = MappingProxyType(
    {
        "URBANISME": Family.URBANISME,
        "DIA": Family.DIA,
        "CADA": Family.CADA,
        "RGPD": Family.RGPD,
        "GDPR": Family.RGPD,
        "MULTI": Family.DATA_AND_DOCUMENT,
        "APA": Family.APA,
        "MDPH": Family.MDPH,
        "ASSISTANT": Family.ASSISTANT,
        "ACCUEILLANT": Family.ACCUEILLANT,
        "FPS": Family.FPS,
        "FUNERAL": Family.FUNERAL,
        "ELECTORAL": Family.ELECTORAL,
        "ENSEIGNE": Family.ENSEIGNE,
    }
)
PERMITS: Mapping[str, Permit] = MappingProxyType(
    {
        **dict.fromkeys(("DP", "DECLARATION"), Permit.DECLARATION),
        **dict.fromkeys(("CU", "CUA", "CUB", "CERTIFICATE"), Permit.CERTIFICATE),
        **dict.fromkeys(("PC", "PCMI", "PA", "PD", "PERMIT"), Permit.PERMIT),
    }
)
# C. urb. R*424-2 and R424-2-1: the word of the case → the reason.
EXCLUSIONS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(
            ("environmental_assessment", "evaluation_environnementale", "environmental_evaluation", "eia"),
            "environmental_assessment",
        ),
        **dict.fromkeys(("public_inquiry", "enquete_publique", "public_participation"), "d: enquête publique"),
        **dict.fromkeys(("defence", "classified_site", "site_classe", "nature_reserve"), "a: site classé, défense"),
        **dict.fromkeys(("evocation",), "b: évocation"),
        **dict.fromkeys(("listed_monument", "inscribed_monument", "monument_inscrit"), "c: immeuble inscrit"),
        **dict.fromkeys(("corsica", "corse"), "e: Corse"),
        **dict.fromkeys(("park_core", "coeur_de_parc"), "f: cœur de parc"),
        **dict.fromkeys(("cinema_refused",), "g: cinéma refusé"),
        **dict.fromkeys(("cdac_unfavourable",), "h: CDAC défavorable"),
        **dict.fromkeys(("demolition_inscribed_site",), "i: démolition en site inscrit"),
        **dict.fromkeys(("accessibility_refused",), "j: dérogation d'accessibilité refusée"),
    }
)
CATEGORIES: Mapping[str, LocalCategory] = MappingProxyType({str(each): each for each in LocalCategory})
ASKINGS: Mapping[str, Asking] = MappingProxyType({str(each): each for each in Asking})
SUBJECT = ("basis", "domain", "effect", "kind", "title", "type", "object")

# Words of a message which point to a classification an agent then confirms; none ever points to an acceptance.
HINTS: tuple[tuple[Asking, re.Pattern[str]], ...] = (
    (Asking.COMPLAINT, re.compile(r"recours|réclamation|reclamation|contest|indemnis|plainte", re.IGNORECASE)),
    (
        Asking.MONEY,
        re.compile(
            r"subvention|remise gracieuse|\baides?\b|tarif|bourse|exonér|exoner|rembours|secours|financ", re.IGNORECASE
        ),
    ),
    (
        Asking.RULE_OR_WORKS,
        re.compile(
            r"ralentisseur|sens (?:unique|interdit)|arrêté|pouvoirs? de police|passage piéton|travaux de voirie|règlement",
            re.IGNORECASE,
        ),
    ),
    (Asking.INFORMATION, re.compile(r"signal(?:e|ement)|nid[- ]de[- ]poule|information|panne", re.IGNORECASE)),
)


def procedure_of(
    fields: Fields, *, territory: Territory, events: frozenset[str], text: str | None, extras: tuple[Fields, ...]
) -> Procedure:
    """Reads the procedure of a case; `events` are the types met in it, `text` the words of the message.

    Raises SimulationError for an unknown effect of silence or a malformed delay.
    """
    word_of_silence = (fields.text("silence") or "unknown").strip()
    silence = SILENCES.get(word_of_silence.upper())
    if silence is None:
        raise SimulationError(
            fields.at("silence"), "écrire SVA, SVR, RENUNCIATION, LUMP_SUM, none, unknown ou ? (à classer)."
        )
    delay = fields.period("delay")
    subject = " ".join(value for name in SUBJECT if isinstance(value := fields.raw(name), str)).lower()
    if silence is Regime.SVA and re.search(r"lump|forfait", subject):
        silence = Regime.LUMP_SUM
    family = _family(fields, silence, delay, subject, events)
    kind = (fields.text("permit", "kind") or "").strip()
    permit = _permit(family, kind, delay, subject)
    if family is Family.URBANISME and fields.raw("permit") is not None and kind.upper() not in PERMITS:
        # A certificate read as a permit would have three months for four to be withdrawn.
        raise SimulationError(fields.at("permit"), "écrire DP, PC, PCMI, PA, PD, CU, CUA ou CUB.")
    return Procedure(
        family=family,
        silence=silence,
        delay=delay or _usual_delay(family, kind),
        basis=fields.text("basis"),
        is_demande=fields.flag("is_demande"),
        permit=permit,
        silence_excluded=_excluded((fields, *extras)),
        prolongation=fields.period("prolongation"),
        registered_letter_required=(fields.text("notification") or "").upper().startswith("LRAR"),
        public_aid=_public_aid(fields),
        collegial=bool(
            fields.flag("collegial", "collegial_body", "requires_collegial_body", "deliberation", "conseil_municipal")
        ),
        executes_judgment=bool(fields.flag("executes_judgment", "execution_of_judgment")),
        mandatory_appeal=_mandatory(fields),
        mere_delivery=bool(fields.flag("mere_delivery", "document_delivery", "ar_exempt")),
        sve_excluded=bool(fields.flag("sve_excluded")),
        presence_required=bool(fields.flag("presence_required", "personal_presence")),
        public_contract=bool(fields.flag("public_contract", "public_procurement")),
        third_party_publicity=bool(fields.flag("third_party_publicity")),
        asking=_asking(fields, word_of_silence, text),
        founded_on_text=fields.flag("founded_on_text", "text", "procedure_in_text"),
        founded_on_local_text=fields.flag("founded_on_local_text", "local_regulation"),
        individual=fields.flag("individual", "individual_decision"),
        local_category=_category(fields),
        commercial_service=_commercial((fields, *extras)),
        to_classify=word_of_silence == "?",
        residence=residence_of(fields, territory),
        medical_file=bool(fields.flag("medical_file")),
        older_than_five_years=fields.flag("older_than_five_years"),
    )


def _family(fields: Fields, silence: Regime, delay: Period | None, subject: str, events: frozenset[str]) -> Family:
    word = (fields.text("regime") or "CRPA").strip().upper()
    if word.startswith(("OUTSIDE", "HORS")):
        return Family.OUTSIDE
    if silence is Regime.RENUNCIATION:
        return Family.DIA
    if word == "CASF":
        return _social(silence, delay, subject, events, prolonged=fields.has("prolongation"))
    if word == "CGCT":
        if "death" in events:
            return Family.FUNERAL
        parking = "fps_notice_notified" in events or re.search(r"fps|stationnement|r2333-120", subject)
        return Family.FPS if parking else Family.GENERAL
    if word == "ENV":
        return Family.ENSEIGNE if silence is Regime.SVA and not re.search(r"icpe|iota|eau", subject) else Family.GENERAL
    if word == "CESEDA":
        # The mandatory appeal is that of the attestation d'accueil alone.
        accueil = delay in (None, ONE_MONTH) or re.search(r"accueil|r313-1", subject)
        return Family.CESEDA if accueil else Family.GENERAL
    return FAMILIES.get(word, Family.GENERAL)


def _social(silence: Regime, delay: Period | None, subject: str, events: frozenset[str], *, prolonged: bool) -> Family:
    if silence is Regime.LUMP_SUM or re.search(r"\bapa\b|l232-14|r232-23", subject):
        return Family.APA
    if re.search(r"accueillant|r441-", subject):
        return Family.ACCUEILLANT
    if prolonged or re.search(r"assistant|l421-6|d421-11", subject):
        return Family.ASSISTANT
    if "recevable" in events or re.search(r"mdph|cdaph|\bcmi\b|r241-33|r146-26", subject):
        return Family.MDPH
    if silence is Regime.SVR and delay == FOUR_MONTHS:
        return Family.MDPH
    return Family.ASSISTANT if silence is Regime.SVA and "prolongation_notified" in events else Family.GENERAL


def _permit(family: Family, kind: str, delay: Period | None, subject: str) -> Permit | None:
    if family is not Family.URBANISME:
        return None
    known = PERMITS.get(kind.upper())
    if known is not None:
        return known
    if re.search(r"\bdp\b|déclaration préalable|declaration prealable|r\*?423-23 a", subject):
        return Permit.DECLARATION
    if re.search(r"certificat d'urbanisme|\bcu[ab]?\b|r\*?410", subject):
        return Permit.CERTIFICATE
    # R*423-23: only declarations have one month.
    return Permit.DECLARATION if delay == ONE_MONTH else Permit.PERMIT


def _usual_delay(family: Family, kind: str) -> Period | None:
    if family is Family.URBANISME:
        return DELAYS.get(kind)
    return ONE_MONTH if family in {Family.CADA, Family.FPS, Family.CESEDA, Family.DATA_AND_DOCUMENT} else None


def _excluded(places: tuple[Fields, ...]) -> tuple[str, ...]:
    found = [
        reason
        for place in places
        for word, reason in EXCLUSIONS.items()
        if place.raw(word) is True or place.raw("r424_2") == word
    ]
    for place in places:
        letter = place.text("r424_2")
        if letter and letter not in EXCLUSIONS:
            found.append(letter)
        if place.raw("tacit_excluded") is True:
            found.append("cas signalé")
    return tuple(dict.fromkeys(found))


def _public_aid(fields: Fields) -> bool | None:
    domain = fields.text("domain")
    if domain is None:
        return None
    return bool(re.search(r"aide|subvention|prestation|allocation|bourse", domain.lower()))


def _mandatory(fields: Fields) -> MandatoryAppeal | None:
    given = fields.raw("mandatory_appeal") or fields.raw("rapo")
    if not given:
        return None
    if given is True:
        return MandatoryAppeal(TWO_MONTHS, TWO_MONTHS, "CRPA L412-1, L411-7")
    inner = Fields(given, pointer=fields.at("mandatory_appeal"), zone=fields.zone)
    return MandatoryAppeal(
        inner.period("lodge", "delay") or TWO_MONTHS,
        inner.period("silence") or TWO_MONTHS,
        inner.text("source") or "CRPA L412-1, L411-7",
    )


def _asking(fields: Fields, word_of_silence: str, text: str | None) -> Asking | None:
    word = fields.text("asking", "nature", "request_kind")
    if word is not None:
        if word.lower() in ASKINGS:
            return ASKINGS[word.lower()]
        raise SimulationError(fields.at("asking"), f"écrire l'un de : {', '.join(ASKINGS)}.")
    if fields.flag("financial") or (word_of_silence == "?" and _public_aid(fields)):
        return Asking.MONEY
    if word_of_silence != "?" or text is None:
        return None
    return next((asking for asking, words in HINTS if words.search(text)), None)


def _category(fields: Fields) -> LocalCategory | None:
    word = fields.text("local_category", "category_2016_625")
    if word is None:
        return None
    if word.lower() in CATEGORIES:
        return CATEGORIES[word.lower()]
    raise SimulationError(fields.at("local_category"), f"écrire l'une de : {', '.join(CATEGORIES)}.")


def _commercial(places: tuple[Fields, ...]) -> bool:
    """A commune running the service itself stays a collectivité (CRPA L100-3 1°); an EPIC or a delegate does not."""
    for place in places:
        if place.raw("commercial_service") is True:
            return True
        for name in ("operator", "kind", "authority_kind"):
            word = place.raw(name)
            if isinstance(word, str) and word.lower() in {"epic", "spic", "delegataire", "delegate", "concessionnaire"}:
                return True
    return False
