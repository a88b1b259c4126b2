"""How urgent a reading is on a given day."""

from datetime import date
from enum import StrEnum

from app.sve.law.case import Reading
from app.sve.law.ladder import Threshold, thresholds
from app.sve.law.regime import Regime

__all__ = ["Risk", "Threshold", "risk", "thresholds"]


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


def risk(reading: Reading, *, on: date, near_days: int = 15, critical_days: int = 3) -> Risk:
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


def _paused(reading: Reading, on: date) -> bool:
    return any(start <= on and (end is None or on < end) for start, end in reading.pauses)
