"""The points the law leaves open, each a named choice with the reading we follow as default.

Whatever the choice, the earliest plausible date is kept as `alert_on`: a choice never delays a warning.
"""

from dataclasses import dataclass
from enum import StrEnum

from app.sve.law.calendar import MONDAY_TO_FRIDAY, STATUTE, LocalCalendar


class DecidedBy(StrEnum):
    """Which act of a refusal stops the silence, or makes a withdrawal timely, outside urbanisme.

    Source: CRPA L221-8, L242-1 (« intervient »); CAA Nantes 18 July 2006.
    """

    NOTIFICATION = "notification"
    SIGNATURE = "signature"


class DatedOn(StrEnum):
    """Which day an attestation prints for a tacit acceptance. Source: DILA F32388; CE 14 Nov 2025 n°496754."""

    TERM_DAY = "term_day"
    NEXT_DAY = "next_day"


class Prolongation(StrEnum):
    """Whether a prolongation is counted from the origin or added to the first term. Source: CASF L421-6 al.2."""

    FROM_ORIGIN = "from_origin"
    FROM_FIRST_TERM = "from_first_term"


@dataclass(frozen=True, slots=True)
class Options:
    """Every debated point of the engine. Source: the comment of each, and docs/law.md for the doubt."""

    worked_weekdays: frozenset[int] = MONDAY_TO_FRIDAY
    calendar: LocalCalendar = STATUTE
    # Seconds within which an ARE is "instantané" (CRPA L112-11 al.1 gives no figure).
    instant_seconds: int = 60
    # CRPA L221-8, L231-1: a refusal signed before and notified after the term.
    refusal_counts_by: DecidedBy = DecidedBy.NOTIFICATION
    # DILA F32388 (term day) against CE 14 Nov 2025 n°496754 (next day, tacit permits).
    acceptance_dated_on: DatedOn = DatedOn.TERM_DAY
    permit_dated_on: DatedOn = DatedOn.NEXT_DAY
    # CRPA L242-1 "intervient": CAA Nantes 18 July 2006.
    withdrawal_counts_by: DecidedBy = DecidedBy.SIGNATURE
    # Requests for pieces whose effect on the clock no court has settled.
    unlisted_piece_stops: bool = False  # L114-5 al.1 "exigées par les textes"
    available_piece_stops: bool = False  # L113-12, L113-13
    dispensable_piece_stops: bool = False  # L114-5-1
    incompetent_request_stops: bool = False  # L114-3 al.2 "Si cette administration"
    irregular_request_stops: bool = True  # L114-5 al.4: the mention of the rule is missing
    later_request_stops: bool = True  # a second list after completion
    # R112-11-1 "sous réserve que la demande soit complète" against L114-3 al.2.
    unasked_incompleteness_stops: bool = False
    # R112-9-1: the day identity is given, or the first day.
    identity_dates_saisine: bool = True
    # C. urb. R423-2-1: a legal person's paper filing where the téléprocédure is compulsory.
    legal_person_paper_valid: bool = False
    prolongation: Prolongation = Prolongation.FROM_ORIGIN  # CASF L421-6 al.2
    # Franc character, never settled for these periods: the shorter count is shown.
    franc_mandatory_appeal: bool = False
    franc_cada_referral: bool = False
    franc_reasonable_period: bool = False
    # R112-20: days from availability after which a deposit never opened is deemed notified.
    unopened_days: int = 15
    # A report of the user's own deadline by proof of sending (L112-13 says the date of the acknowledgement).
    user_deadline_by_sending: bool = False


DEFAULT = Options()
