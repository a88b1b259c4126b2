"""How urgent a reading is on a given day."""

from datetime import date, timedelta
from enum import StrEnum

from app.sve.law.case import Reading
from app.sve.law.ladder import Threshold, thresholds
from app.sve.law.regime import Regime
from app.sve.law.terms import ONE_DAY

__all__ = ["Risk", "Threshold", "risk", "thresholds", "turns"]


class Risk(StrEnum):
    """The watch list's word for a reading.

    `unqualified` stays until somebody qualifies, however near its possible term: the list is sorted by `alert_on`, so
    it rises all the same, and no one is told of an acceptance that nobody has established.
    """

    BORN = "born"
    CRITICAL = "critical"
    NEAR = "near"
    CONTROLLED = "controlled"
    SUSPENDED = "suspended"
    SILENCE_REJECTS = "silence_rejects"
    UNQUALIFIED = "unqualified"
    NONE = "none"


NEAR_DAYS, CRITICAL_DAYS = 15, 3


def risk(reading: Reading, *, on: date, near_days: int = NEAR_DAYS, critical_days: int = CRITICAL_DAYS) -> Risk:
    """Ranks a reading on a civil day of the competent authority.

    Days are counted to `alert_on`, the earliest defensible date. A tacit grant is born the day after its term.
    """
    if reading.settled or reading.effect is Regime.NONE:
        return Risk.NONE
    if reading.effect is Regime.UNKNOWN:
        return Risk.UNQUALIFIED
    if reading.effect is Regime.SVR:
        return Risk.SILENCE_REJECTS
    if reading.term_on is not None and reading.term_on < on:
        return Risk.BORN
    if reading.alert_on is None:
        return Risk.SUSPENDED if reading.pauses else Risk.NONE
    days = (reading.alert_on - on).days
    if days <= critical_days:
        return Risk.CRITICAL
    if days <= near_days:
        return Risk.NEAR
    return Risk.SUSPENDED if _paused(reading, on) else Risk.CONTROLLED


def turns(reading: Reading, *, near_days: int = NEAR_DAYS, critical_days: int = CRITICAL_DAYS) -> tuple[date, ...]:
    """Lists the days on which the reading or its rank may change though nothing happens, whether or not somebody works.

    A day that was stated is over the day after: the rejection is born, the deadline for pieces has passed.
    """
    if reading.settled or reading.effect is Regime.NONE:
        return ()
    found = {value + ONE_DAY for value in reading.values.values() if type(value) is date and value < date.max}
    found.update(bound for pause in reading.pauses for bound in pause if bound is not None)
    if reading.alert_on is not None:
        found.update(reading.alert_on - timedelta(days=days) for days in (near_days, critical_days))
    return tuple(sorted(found))


def _paused(reading: Reading, on: date) -> bool:
    return any(start <= on and (end is None or on < end) for start, end in reading.pauses)
