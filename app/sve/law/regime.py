"""What silence means for a request, and why: the classification a person then confirms."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import assert_never

from app.sve.law.terms import FOUR_MONTHS, TWO_MONTHS, Period


class Regime(StrEnum):
    """The effect of silence. UNKNOWN is an answer: nobody has qualified the request, so it may be granted.

    Source: CRPA L231-1, L231-4; C. urb. L213-2 (renunciation); CASF L232-14 (lump sum).
    """

    SVA = "SVA"
    SVR = "SVR"
    RENUNCIATION = "renunciation"
    LUMP_SUM = "lump_sum"
    NONE = "none"
    UNKNOWN = "UNKNOWN"

    @property
    def grants(self) -> bool:
        """Whether silence gives something away that only a withdrawal, if at all, can take back."""
        return self in (Regime.SVA, Regime.LUMP_SUM, Regime.RENUNCIATION)


class Asking(StrEnum):
    """What the sending asks for. Source: CRPA L110-1, L231-4 1° to 3°."""

    DECISION = "decision"
    INFORMATION = "information"
    COMPLAINT = "complaint"
    MONEY = "money"
    RULE_OR_WORKS = "rule_or_works"


class LocalCategory(StrEnum):
    """The categories decrees set for procedures created by a local deliberation.

    Source: décret 2016-625 (five categories), décret 2016-677 (expert or consultative opinion).
    """

    LIMITED_CAPACITY = "limited_capacity"
    HONORARY_DISTINCTION = "honorary_distinction"
    MEDIA_INSERTION = "media_insertion"
    SERVICES_OR_WORKS = "services_or_works"
    SUPPLIES = "supplies"
    EXPERT_OPINION = "expert_opinion"


@dataclass(frozen=True, slots=True)
class Request:
    """The facts an agent establishes to know what silence means; None is "not established".

    Source: CRPA L100-3, L110-1, L231-4; décrets 2016-625 and 2016-677.
    """

    by_agent: bool = False
    by_public_body: bool = False
    asking: Asking | None = None
    # What the catalogue of procedures, or a special statute, says: effect, delay and source.
    listed: "Silence | None" = None
    founded_on_text: bool | None = None
    individual: bool | None = None
    local_category: LocalCategory | None = None
    founded_on_local_text: bool | None = None
    public_service_is_commercial: bool = False


@dataclass(frozen=True, slots=True)
class Silence:
    """The effect of silence, its delay, the text (`source`), and the sentence which says why. Source: CRPA L231-1 s."""

    regime: Regime
    delay: Period | None
    source: str
    because: str
    crpa_applies: bool = True
    presumed: bool = False


# Source: décret 2016-625 art. 1 and annex (read through secondary sources), décret 2016-677.
LOCAL_SILENCE: Mapping[LocalCategory, Silence] = MappingProxyType(
    {
        LocalCategory.LIMITED_CAPACITY: Silence(
            Regime.SVR, FOUR_MONTHS, "Décret 2016-625", "service public à capacité limitée institué par délibération"
        ),
        LocalCategory.HONORARY_DISTINCTION: Silence(
            Regime.SVR, TWO_MONTHS, "Décret 2016-625", "distinction honorifique instituée par délibération"
        ),
        LocalCategory.MEDIA_INSERTION: Silence(
            Regime.SVR, TWO_MONTHS, "Décret 2016-625", "insertion dans un support de communication"
        ),
        LocalCategory.SERVICES_OR_WORKS: Silence(
            Regime.SVR, TWO_MONTHS, "Décret 2016-625", "prestation de services ou réalisation de travaux"
        ),
        LocalCategory.SUPPLIES: Silence(
            Regime.SVR, TWO_MONTHS, "Décret 2016-625", "fourniture ou mise à disposition de matériels"
        ),
        LocalCategory.EXPERT_OPINION: Silence(
            Regime.SVA, FOUR_MONTHS, "Décret 2016-677", "le règlement local impose un avis d'expert ou consultatif"
        ),
    }
)


def _outside(because: str, source: str) -> Silence:
    return Silence(Regime.NONE, None, source, because, crpa_applies=False)


def _refusal(source: str, because: str) -> Silence:
    return Silence(Regime.SVR, TWO_MONTHS, source, because)


def classify(request: Request) -> Silence:
    """Says what silence means, in the order of the texts; what is not established stays UNKNOWN.

    Source: CRPA L100-3, L110-1, L231-1, L231-4 (1° to 5°), L231-5, L231-6; décrets 2016-625 and 2016-677.
    """
    if request.by_agent:
        return _refusal("CRPA L231-4 5°", "la demande émane d'un agent : le silence vaut rejet.")
    if request.by_public_body:
        return _outside("la demande émane d'une personne publique : elle n'est pas « le public ».", "CRPA L100-3 2°")
    if request.public_service_is_commercial:
        return _outside(
            "le service est industriel et commercial et géré par un établissement ou un délégataire : le titre III "
            "du livre II ne s'applique pas.",
            "CRPA L100-3 1°",
        )
    if request.asking is not None and (known := _by_object(request, request.asking)) is not None:
        return known
    if request.listed is not None:
        return request.listed
    return _by_text(request)


def _by_object(request: Request, asking: Asking) -> Silence | None:
    match asking:
        case Asking.INFORMATION:
            return Silence(
                Regime.NONE, None, "CRPA L110-1", "un signalement sans décision demandée n'est pas une demande."
            )
        case Asking.COMPLAINT:
            return _refusal("CRPA L231-4 2°, L411-7", "une réclamation ou un recours : le silence vaut rejet.")
        case Asking.MONEY:
            # A special statute may say otherwise (APA: CASF L232-14).
            return request.listed or _refusal("CRPA L231-4 3°", "la demande présente un caractère financier.")
        case Asking.RULE_OR_WORKS:
            return request.listed or _refusal("CRPA L231-4 1°", "la décision demandée n'est pas individuelle.")
        case Asking.DECISION:
            return None
        case _ as never:
            assert_never(never)


def _by_text(request: Request) -> Silence:
    if request.local_category is not None:
        return LOCAL_SILENCE[request.local_category]
    if request.founded_on_text is False and request.founded_on_local_text is not True:
        return _refusal("CRPA L231-4 2°", "aucun texte, national ou local, n'institue de procédure.")
    if request.individual is False:
        return _refusal("CRPA L231-4 1°", "la décision demandée n'est pas individuelle.")
    if (request.founded_on_text or request.founded_on_local_text) and request.individual:
        return Silence(
            Regime.SVA,
            TWO_MONTHS,
            "CRPA L231-1",
            "décision individuelle prévue par un texte, aucune exception connue : acceptation présumée, à confirmer.",
            presumed=True,
        )
    return Silence(
        Regime.UNKNOWN,
        TWO_MONTHS,
        "CRPA L231-1, L231-4, L231-5",
        "personne n'a qualifié la demande : le principe étant l'acceptation, elle est suivie comme une acceptation "
        "tacite possible.",
    )
