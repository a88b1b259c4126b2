"""Rules with the days between which each is law, and the day each text looks at."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.sve.law.terms import ONE_MONTH, Period


class AppliedBy(StrEnum):
    """Which day decides whether a version applies."""

    RECEPTION = "reception"
    FILING = "filing"
    DECISION = "decision"
    DEATH = "death"


@dataclass(frozen=True, slots=True)
class Rule:
    """A version of a rule: its text, its figure if it has one, and when it holds."""

    name: str
    source: str
    applied_by: AppliedBy
    valid_from: date
    valid_until: date | None = None
    period: Period | None = None
    certain: bool = True

    def in_force(self, day: date) -> bool:
        """Tells whether this version is law on a day; both bounds are included."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


# The version of this table: stored with every date computed from it, so that a recomputation is seen for what it is.
RULES_VERSION = "2026-11-22"

# Silence means acceptance (loi 2013-1005 art. 1, then CRPA L231-1): State, then territorial collectivités.
SVA_STATE = Rule("sva_state", "Loi 2013-1005 art. 1 ; CRPA L231-1", AppliedBy.RECEPTION, date(2014, 11, 12))
SVA_LOCAL = Rule("sva_local", "Loi 2013-1005 art. 1 ; CRPA L231-1", AppliedBy.RECEPTION, date(2015, 11, 12))
# The exclusion of the DIA from the electronic referral ended two years after 7 Nov 2016.
SVE_DIA = Rule("sve_dia", "CRPA L112-10 ; décret 2016-1491", AppliedBy.RECEPTION, date(2018, 11, 7))

# Computed: first day of the third month after publication.
FRAUD_SUSPENSION = Rule(
    "fraud_suspension", "CRPA L115-3, R115-5 (décret 2025-1369)", AppliedBy.RECEPTION, date(2026, 3, 1)
)
# The gracious appeal against a planning decision: one month, and the court period runs on.
PLANNING_APPEAL = Rule("planning_appeal", "C. urb. L600-12-2", AppliedBy.DECISION, date(2025, 11, 28), period=ONE_MONTH)
ENVIRONMENTAL_ASSESSMENT = Rule(
    "environmental_assessment", "C. urb. R424-2-1 (décret 2025-1402)", AppliedBy.FILING, date(2025, 12, 31)
)
FUNERAL_CALENDAR_DAYS = Rule(
    "funeral_calendar_days",
    "CGCT R2213-33, R2213-35 (décret 2024-790)",
    AppliedBy.DEATH,
    date(2024, 7, 12),
    period=Period(days=14),
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
)
ALL_RULES: tuple[Rule, ...] = (
    SVA_STATE,
    SVA_LOCAL,
    SVE_DIA,
    FRAUD_SUSPENSION,
    PLANNING_APPEAL,
    ENVIRONMENTAL_ASSESSMENT,
    FUNERAL_CALENDAR_DAYS,
    FUNERAL_SIX_DAYS,
)
