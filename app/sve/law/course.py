"""How far a clock has run: the common answer of the general rules and of every special regime."""

from dataclasses import dataclass
from datetime import date

from app.sve.law.case import ClockState
from app.sve.law.regime import Regime
from app.sve.law.terms import Period


@dataclass(frozen=True, slots=True)
class Plan:
    """The rule the clock follows: effect of silence, delay and the article to cite. Source: `source`; CRPA L114-3."""

    effect: Regime
    delay: Period
    source: str
    # The administration must be competent, and not only seized, for the clock to start.
    from_competent: bool
    # A file known to be incomplete starts nothing, even if nobody asked for the rest (some special texts).
    needs_complete: bool = False


@dataclass(frozen=True, slots=True)
class Course:
    """Where the clock stands before any decision is looked at. Source: `source`, the article the term rests on.

    `term` is None when the clock does not run. `starts` is the day the running period is counted from.
    `rejected_for_pieces` when the special text turns a file never completed into a tacit rejection.
    """

    effect: Regime
    starts: date | None
    term: date | None
    state: ClockState
    source: str
    because: str
    spans: tuple[tuple[date, date | None], ...] = ()
    suspended_days: int | None = None
    rejected_for_pieces: bool = False
