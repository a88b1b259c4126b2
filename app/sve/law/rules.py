"""Rules with the days between which each is law, and the day each text looks at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.sve.law.terms import ONE_MONTH, TWO_MONTHS, Period


class AppliedBy(StrEnum):
    """Which day decides whether a version applies. Source: the transitional article of each text (Rule.source)."""

    RECEPTION = "reception"
    FILING = "filing"
    DECISION = "decision"
    DEATH = "death"
    CONSULTATION = "consultation"
    COURT = "court"


class Before(StrEnum):
    """What held before the first version of a rule. Source: as for AppliedBy.

    NO_RULE: the rule did not exist, and the general law applied alone. UNREAD: something held which nobody has read
    for this table, so that the engine says it does not know rather than a date.
    """

    NO_RULE = "no_rule"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class Rule:
    """A version of a rule: its text (`source`), its figure if it has one, and when it holds.

    Versions which share a `subject` follow one another without a gap or an overlap, and the last has no end.
    Source: each row cites its own text.
    """

    name: str
    source: str
    applied_by: AppliedBy
    valid_from: date
    valid_until: date | None = None
    period: Period | None = None
    certain: bool = True
    subject: str = ""
    before: Before = Before.NO_RULE

    def in_force(self, day: date) -> bool:
        """Tells whether this version is law on a day; both bounds are included."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


def version_on(versions: Sequence[Rule], day: date) -> Rule | None:
    """Gives the version of a rule in force on a day; None before the first one. Source: Rule.source of each."""
    return next((rule for rule in versions if rule.in_force(day)), None)


# The version of this table: stored with every date computed from it, so that a recomputation is seen for what it is.
RULES_VERSION = "2026-11-22.4"

# The code itself (ordonnance 2015-1341 art. 10): what was received before was under loi 2000-321, not read here.
THE_CODE = Rule(
    "crpa", "Ordonnance 2015-1341 art. 10", AppliedBy.RECEPTION, date(2016, 1, 1), subject="crpa", before=Before.UNREAD
)
# Silence means acceptance (loi 2013-1005 art. 1, then CRPA L231-1): State, then territorial collectivités.
SVA_STATE = Rule(
    "sva_state", "Loi 2013-1005 art. 1 ; CRPA L231-1", AppliedBy.RECEPTION, date(2014, 11, 12), subject="sva_state"
)
SVA_LOCAL = Rule(
    "sva_local", "Loi 2013-1005 art. 1 ; CRPA L231-1", AppliedBy.RECEPTION, date(2015, 11, 12), subject="sva_local"
)
# The exclusion of the DIA from the electronic referral ended two years after 7 Nov 2016.
SVE_DIA = Rule("sve_dia", "CRPA L112-10 ; décret 2016-1491", AppliedBy.RECEPTION, date(2018, 11, 7), subject="sve_dia")
# A visit asked by the holder of a pre-emption right: DIA received since 1 Jan 2015 (décret 2014-1573).
DIA_VISIT = Rule(
    "dia_visit",
    "C. urb. D213-13-1 à D213-13-4 (décret 2014-1573)",
    AppliedBy.RECEPTION,
    date(2015, 1, 1),
    period=Period(days=8),
    subject="dia_visit",
)

# Computed: first day of the third month after publication.
FRAUD_SUSPENSION = Rule(
    "fraud_suspension",
    "CRPA L115-3, R115-5 (décret 2025-1369)",
    AppliedBy.RECEPTION,
    date(2026, 3, 1),
    subject="fraud_suspension",
)
# The gracious appeal against a planning decision: one month, and the court period runs on.
PLANNING_APPEAL = Rule(
    "planning_appeal",
    "C. urb. L600-12-2",
    AppliedBy.DECISION,
    date(2025, 11, 28),
    period=ONE_MONTH,
    subject="planning_appeal",
)
ENVIRONMENTAL_ASSESSMENT = Rule(
    "environmental_assessment",
    "C. urb. R424-2-1 (décret 2025-1402)",
    AppliedBy.FILING,
    date(2025, 12, 31),
    subject="environmental_assessment",
)
# The two months of the ABF on a permit: the wording read is that of décret 2019-617, in force on 23 June 2019.
ABF_PERMIT = Rule(
    "abf_permit",
    "C. urb. R*423-67 (décret 2019-617)",
    AppliedBy.CONSULTATION,
    date(2019, 6, 23),
    period=TWO_MONTHS,
    subject="abf_permit",
    before=Before.UNREAD,
)
# No action after six months from completion (one year before 1 Oct 2018: décret 2018-617, its transition not read).
COMPLETION_LIMIT = Rule(
    "completion_limit",
    "C. urb. R*600-3 (décret 2018-617)",
    AppliedBy.COURT,
    date(2018, 10, 1),
    period=Period(months=6),
    subject="completion_limit",
    before=Before.UNREAD,
)
FUNERAL_CALENDAR_DAYS = Rule(
    "funeral_calendar_days",
    "CGCT R2213-33, R2213-35 (décret 2024-790)",
    AppliedBy.DEATH,
    date(2024, 7, 12),
    period=Period(days=14),
    subject="funeral",
)
# Before: six days, Sundays and holidays left out (not re-read).
FUNERAL_SIX_DAYS = Rule(
    "funeral_six_days",
    "CGCT R2213-33 (rédaction antérieure, non relue)",
    AppliedBy.DEATH,
    date(2011, 1, 31),
    valid_until=date(2024, 7, 11),
    period=Period(days=6),
    certain=False,
    subject="funeral",
    before=Before.UNREAD,
)
FUNERAL: tuple[Rule, ...] = (FUNERAL_SIX_DAYS, FUNERAL_CALENDAR_DAYS)
ALL_RULES: tuple[Rule, ...] = (
    THE_CODE,
    SVA_STATE,
    SVA_LOCAL,
    SVE_DIA,
    DIA_VISIT,
    FRAUD_SUSPENSION,
    PLANNING_APPEAL,
    ENVIRONMENTAL_ASSESSMENT,
    ABF_PERMIT,
    COMPLETION_LIMIT,
    *FUNERAL,
)
