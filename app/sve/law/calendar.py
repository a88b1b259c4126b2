"""Working days of a territory, and the postponement of periods which allow one."""

from collections.abc import Set as AbstractSet
from datetime import date, timedelta
from functools import lru_cache

from app.sve.law.holidays import STATUTE, Holiday, HolidayRule, LocalCalendar, easter, holidays
from app.sve.law.territories import ZONES, Territory, territory_named

__all__ = [
    "MONDAY_TO_FRIDAY",
    "STATUTE",
    "ZONES",
    "Holiday",
    "HolidayRule",
    "LocalCalendar",
    "Territory",
    "add_working_days",
    "easter",
    "holidays",
    "is_working_day",
    "postponed",
    "territory_named",
    "working_day_by",
    "working_days_before",
]

# No text defines the jour ouvré; DILA counts Monday to Friday. A parameter, never a constant of the rules.
MONDAY_TO_FRIDAY: frozenset[int] = frozenset({0, 1, 2, 3, 4})
ALL_WEEK = frozenset(range(7))
ONE_DAY = timedelta(days=1)


def is_working_day(
    day: date,
    territory: Territory,
    *,
    weekdays: AbstractSet[int] = MONDAY_TO_FRIDAY,
    local: LocalCalendar = STATUTE,
) -> bool:
    """Tells whether a day is a jour ouvré. A closure decided by the administration (a "pont") stays one.

    Source: CRPA R112-11-2 (jours ouvrés, undefined); DILA fiche F35697 (Monday to Friday).
    """
    return day.weekday() in weekdays and day not in holidays(day.year, territory, local)


@lru_cache(maxsize=16384)
def _counted(day: date, n: int, territory: Territory, weekdays: frozenset[int], local: LocalCalendar) -> date:
    while n > 0:
        day += ONE_DAY
        if day.weekday() in weekdays and day not in holidays(day.year, territory, local):
            n -= 1
    return day


def add_working_days(
    day: date,
    n: int,
    territory: Territory,
    *,
    weekdays: AbstractSet[int] = MONDAY_TO_FRIDAY,
    local: LocalCalendar = STATUTE,
) -> date:
    """Gives the n-th jour ouvré after a day; counting starts on the next day.

    Raises ValueError when no weekday is worked or n is negative, since the count would never end.
    Source: CRPA R112-11-2.
    """
    if n < 0 or ALL_WEEK.isdisjoint(weekdays):
        raise ValueError("A count of working days needs n >= 0 and at least one worked weekday.")
    return _counted(day, n, territory, frozenset(weekdays), local)


@lru_cache(maxsize=16384)
def working_day_by(
    day: date,
    territory: Territory,
    *,
    weekdays: frozenset[int] = MONDAY_TO_FRIDAY,
    local: LocalCalendar = STATUTE,
) -> date:
    """Gives a day when it is a jour ouvré, else the last one before it: for telling somebody, never for a term.

    Raises ValueError when no weekday is worked.
    """
    if ALL_WEEK.isdisjoint(weekdays):
        raise ValueError("A working day needs at least one worked weekday.")
    while not is_working_day(day, territory, weekdays=weekdays, local=local):
        day -= ONE_DAY
    return day


def working_days_before(
    day: date,
    n: int,
    territory: Territory,
    *,
    weekdays: frozenset[int] = MONDAY_TO_FRIDAY,
    local: LocalCalendar = STATUTE,
) -> date:
    """Gives the n-th jour ouvré before a day; counting starts on the day before."""
    for _ in range(n):
        day = working_day_by(day - ONE_DAY, territory, weekdays=weekdays, local=local)
    return day


@lru_cache(maxsize=16384)
def postponed(day: date, territory: Territory, local: LocalCalendar = STATUTE) -> date:
    """Moves the last day of a court or RGPD period off Saturdays, Sundays and certain holidays.

    Never used for an implicit decision, whose term stays on its day. An uncertain holiday does not move the day: the
    earlier date is the one to show. Source: CPC 642 al.2; CE 5 June 2009 n°312682; règl. 1182/71 art. 3.
    """
    while True:
        holiday = holidays(day.year, territory, local).get(day)
        if day.weekday() < 5 and (holiday is None or not holiday.certain):
            return day
        day += ONE_DAY
