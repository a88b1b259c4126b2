"""How long a request is kept, decided purely: facts, the administration's policies and the day in; a stage and its reasons out.

Source: code du patrimoine, L212-2 (tri) et R212-13 (durée d'utilité administrative) ; RGPD, article 5 §1 e.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import assert_never
from uuid import UUID

from app.sve.catalogue.families import FamilyWord

_ONE_DAY, _A_WEEK = timedelta(days=1), timedelta(days=7)
MONTHS_MAX = 1200


class Counted(StrEnum):
    """From which day the keeping counts."""

    CLOSURE = "closure"  # the day the request was closed
    LAST_EFFECT = "last_effect"  # the last day the law names for it: appeals, withdrawal, terms


class Fate(StrEnum):
    """What becomes of a request when its time is over."""

    UNDECIDED = "undecided"
    DESTROY = "destroy"
    TRANSFER = "transfer"


class Stage(StrEnum):
    """Where a closed request stands in its keeping."""

    ACTIVE = "active"
    ARCHIVED = "archived"
    DUE = "due"
    UNDECIDED = "undecided"


DEFAULT = "DEFAULT"
CATEGORIES: Mapping[str, str] = MappingProxyType(
    {
        DEFAULT: "Demandes sans procédure reconnue",
        FamilyWord.GENERAL: "Demandes administratives (CRPA)",
        FamilyWord.URBANISME: "Urbanisme",
        FamilyWord.DIA: "Déclarations d’intention d’aliéner",
        FamilyWord.ENSEIGNE: "Enseignes et publicité",
        FamilyWord.CADA: "Communication de documents (CADA)",
        FamilyWord.RGPD: "Droits sur les données (RGPD)",
        FamilyWord.APA: "Allocation personnalisée d’autonomie",
        FamilyWord.MDPH: "Droits des personnes handicapées (MDPH)",
        FamilyWord.ASSISTANT: "Agréments d’assistants maternels",
        FamilyWord.ACCUEILLANT: "Agréments d’accueillants familiaux",
        FamilyWord.FPS: "Forfaits de post-stationnement",
        FamilyWord.ELECTORAL: "Listes électorales",
        FamilyWord.CESEDA: "Entrée et séjour des étrangers",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What is decided for one category, or only proposed: `decided_at` None does nothing to any request."""

    category: str
    active_months: int
    archive_months: int
    counted_from: Counted
    fate: Fate
    legal_basis: str
    decided_at: datetime | None = None
    decided_by: str | None = None
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """A closed request as its keeping sees it. `appeal_unsure`: no period of appeal could be told to have run."""

    ticket_id: UUID
    reference: str
    categories: frozenset[str]
    opened_on: date
    closed_on: date
    last_effect_on: date | None
    clock_running: bool
    appeal_unsure: bool
    held: bool
    archived: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Where a request stands, since which policy, why, and the next day on which there is something to say."""

    stage: Stage
    because: str
    policy: Policy | None = None
    counted_on: date | None = None
    due_on: date | None = None
    look_on: date | None = None


def proposed(category: str) -> Policy:
    """Returns what we suggest where nothing was decided: nothing is archived nor destroyed on the strength of it.

    Five years in all: the four of the prescription of claims on public bodies and the year in which they are born (loi
    n° 68-1250 of 31 December 1968, article 1); ten after works for urbanism (code de l'urbanisme, L421-9 and L480-14).
    """
    if category == FamilyWord.URBANISME:
        basis = "Proposition : code de l’urbanisme, L421-9 et L480-14 (dix ans)."
        return Policy(
            category=category,
            active_months=24,
            archive_months=96,
            counted_from=Counted.LAST_EFFECT,
            fate=Fate.UNDECIDED,
            legal_basis=basis,
        )
    basis = "Proposition : prescription quadriennale (loi n° 68-1250 du 31 décembre 1968, article 1)."
    return Policy(
        category=category,
        active_months=12,
        archive_months=48,
        counted_from=Counted.LAST_EFFECT,
        fate=Fate.UNDECIDED,
        legal_basis=basis,
    )


def decide(request: Closed, policies: Mapping[str, Policy], *, today: date) -> Verdict:
    """Says where a closed request stands today. Of several categories the one that keeps longest governs.

    Nothing under a clock moves; while an appeal may still be brought, or a hold stands, nothing is due. A category without a decision keeps
    the request where it is.
    """
    if request.clock_running:
        return Verdict(stage=Stage.ACTIVE, because="un délai court encore", look_on=today + _ONE_DAY)
    governing = [policies.get(category) for category in sorted(request.categories)]
    lacking = [category for category, policy in zip(sorted(request.categories), governing, strict=True) if not policy]
    if lacking:
        named = ", ".join(CATEGORIES.get(category, category) for category in lacking)
        return Verdict(stage=Stage.UNDECIDED, because=f"durée non décidée : {named}")
    held_until = last_effect(request)
    dated = [_dates(request, policy, held_until) for policy in governing if policy is not None]
    counted_on, archive_on, due_on, policy = max(dated, key=lambda one: (one[2], one[1]))
    because = f"{_counted(policy.counted_from)}, puis {policy.active_months} mois actifs et {policy.archive_months} mois d’archives"
    told = Verdict(stage=Stage.ACTIVE, because=because, policy=policy, counted_on=counted_on, due_on=due_on)
    if today < archive_on:
        return replace(told, look_on=archive_on)
    if today < due_on:
        return replace(told, stage=Stage.ARCHIVED, look_on=due_on)
    if policy.fate is Fate.UNDECIDED:
        return replace(told, stage=Stage.ARCHIVED, because="sort final non décidé")
    if request.held:
        return replace(told, stage=Stage.ARCHIVED, because="gel en cours", look_on=today + _A_WEEK)
    return replace(told, stage=Stage.DUE)


def last_effect(request: Closed) -> date:
    """Returns the last day on which the law may still speak of a request.

    Where no period of appeal could be opposed, one year after the closure: the reasonable time (CE, 13 July 2016, n° 387763,
    and 18 March 2019, n° 417270 for implicit refusals).
    """
    days = [request.closed_on]
    if request.last_effect_on is not None:
        days.append(request.last_effect_on)
    if request.appeal_unsure:
        days.append(add_months(request.closed_on, 12))
    return max(days)


def add_months(day: date, months: int) -> date:
    """Returns the same day so many months later, the last of its month where it does not exist."""
    years, month = divmod(day.month - 1 + months, 12)
    year = min(day.year + years, date.max.year)
    for number in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, number)
        except ValueError:
            continue
    raise AssertionError(day)


def _dates(request: Closed, policy: Policy, held_until: date) -> tuple[date, date, date, Policy]:
    match policy.counted_from:
        case Counted.CLOSURE:
            counted_on = request.closed_on
        case Counted.LAST_EFFECT:
            counted_on = held_until
        case _:
            assert_never(policy.counted_from)
    archive_on = add_months(counted_on, policy.active_months)
    due_on = add_months(archive_on, policy.archive_months)
    # Whatever was decided, what the law may still speak of is neither put away nor due.
    return counted_on, max(archive_on, held_until + _ONE_DAY), max(due_on, held_until + _ONE_DAY), policy


def _counted(counted_from: Counted) -> str:
    return "compté de la clôture" if counted_from is Counted.CLOSURE else "compté du dernier effet légal"
