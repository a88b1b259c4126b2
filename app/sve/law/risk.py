"""How urgent a reading is on a given day, and the days on which somebody must be warned."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.sve.law.case import Reading
from app.sve.law.regime import Regime
from app.sve.law.terms import ONE_DAY

DAYS_BEFORE = (30, 15, 7, 3, 1)
DAYS_BEFORE_REJECTION = (7,)


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


@dataclass(frozen=True, slots=True)
class Threshold:
    """A day on which an alert must be raised, once; `code` is unique within a reading."""

    code: str
    on: date
    because: str


def thresholds(reading: Reading) -> tuple[Threshold, ...]:
    """Lists the days on which to warn, in order; a day already past is still listed, so that a missed one is caught up.

    Acknowledgements not sent and the day to qualify are warned of too. Nothing is listed for a settled reading.
    """
    found = list(_acknowledgements(reading))
    if not reading.settled and reading.alert_on is not None and reading.effect is not Regime.NONE:
        found.extend(_before(reading, reading.alert_on))
    return tuple(sorted(found, key=lambda each: (each.on, each.code)))


def _before(reading: Reading, alert: date) -> list[Threshold]:
    rejects = reading.effect is Regime.SVR
    ranks = DAYS_BEFORE_REJECTION if rejects else DAYS_BEFORE
    decides = "rejette" if rejects else "peut accorder"
    found = [
        Threshold(f"J-{rank}", alert - timedelta(days=rank), f"le silence {decides} dans {rank} jour(s).")
        for rank in ranks
    ]
    found.append(Threshold("term", alert, f"dernier jour : le silence {decides} ce soir à minuit."))
    if reading.term_on is not None and alert != reading.term_on:
        found.append(Threshold("last_term", reading.term_on, "dernier jour dans la lecture retenue du droit."))
    if not rejects:
        found.append(
            Threshold("born", (reading.term_on or alert) + ONE_DAY, "la décision tacite est née, ou peut l'être.")
        )
    return found


def _acknowledgements(reading: Reading) -> list[Threshold]:
    found: list[Threshold] = []
    # Qualifying is still due when a (necessarily incomplete) acknowledgement has left.
    for key, code, done in (
        ("aee_due_date", "aee_due", reading.values.get("aee_done") is True),
        ("are_due_date", "are_due", reading.values.get("are_done") is True),
        ("review_by", "review_by", reading.settled),
    ):
        day = reading.values.get(key)
        if isinstance(day, date) and not done:
            found.append(Threshold(code, day, "dernier jour pour accuser réception ou qualifier."))
    return found
