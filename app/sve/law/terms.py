"""Periods and the ways the law counts them."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from app.sve.law.calendar import STATUTE, LocalCalendar, Territory, postponed

ISO = re.compile(r"P(?=\d)(?:(\d{1,3})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?")
ONE_DAY = timedelta(days=1)
UTC = ZoneInfo("UTC")
# Some room is left for what follows a term: its next day, and a postponement to a working day.
LAST_YEAR = 9998
LAST_DAY = date(LAST_YEAR, 12, 31)
BEYOND = "Le délai dépasse le calendrier."


class BeyondTheCalendarError(ValueError):
    """A period ends after the last day dates can write, 31 December 9998: no such term exists (CPC 641)."""


@dataclass(frozen=True, slots=True)
class Period:
    """A legal period (CPC 640, 641): months are counted by day number, days one by one. Never a number of seconds."""

    months: int = 0
    days: int = 0

    @staticmethod
    @lru_cache(maxsize=512)
    def parse(text: str) -> "Period":
        """Reads an ISO 8601 duration in years, months, weeks and days: `P2M`, `P15D`, `P1Y`, `P3M14D`.

        Raises ValueError for anything else, a time part or an empty duration included.
        """
        match = ISO.fullmatch(text)
        if match is None:
            raise ValueError(f"« {text} » n'est pas une durée : écrire par exemple P2M, P15D ou P1Y.")
        years, months, weeks, days = (int(part or 0) for part in match.groups())
        if not (years or months or weeks or days):
            raise ValueError(f"« {text} » est une durée nulle.")
        return Period(months=12 * years + months, days=7 * weeks + days)

    def __add__(self, other: "Period") -> "Period":
        return Period(self.months + other.months, self.days + other.days)

    def __str__(self) -> str:
        months = f"{self.months}M" if self.months else ""
        return f"P{months}{self.days}D" if self.days else f"P{months}"

    @property
    def in_french(self) -> str:
        """Says the period as a letter would: « 2 mois »."""
        parts = []
        if self.months:
            parts.append(f"{self.months} mois")
        if self.days:
            parts.append(f"{self.days} jour{'s' if self.days > 1 else ''}")
        return " et ".join(parts) or "0 jour"


ONE_MONTH = Period(months=1)
TWO_MONTHS = Period(months=2)
THREE_MONTHS = Period(months=3)
FOUR_MONTHS = Period(months=4)
ONE_YEAR = Period(months=12)


@lru_cache(maxsize=16384)
def add_period(day: date, period: Period) -> date:
    """Gives the same day number n months later, the last day of the month when it does not exist, then adds days.

    Always counted from the origin: one month twice is not two months. Source: CPC 640, 641 (general method of
    administrative terms); the last day counts until midnight (CPC 642 al.1). Raises BeyondTheCalendarError.
    """
    if period.months:
        years, month = divmod(day.month - 1 + period.months, 12)
        year = day.year + years
        if year > LAST_YEAR:
            raise BeyondTheCalendarError(BEYOND)
        day = date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    if not period.days:
        return day
    if period.days > (LAST_DAY - day).days:
        raise BeyondTheCalendarError(BEYOND)
    return day + timedelta(days=period.days)


def franc(day: date, period: Period, territory: Territory, local: LocalCalendar = STATUTE) -> date:
    """Gives the last useful day of a délai franc: the day after the term, moved off days without courts.

    Source: CE 5 Oct 2018 n°409579 (last day = the day after the term); CE 5 June 2009 n°312682 (postponement).
    At month ends, counting from the day after the event would give a later day: the earlier one is kept.
    """
    return postponed(add_period(day, period) + ONE_DAY, territory, local)


@lru_cache(maxsize=16384)
def day_after_begins(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Gives the first instant after a civil day, in legal time and in UTC.

    The offset is the one in force at that instant, whatever it was at reception. Source: CPC 642 al.1; décret 2017-292.
    """
    local = datetime.combine(day + ONE_DAY, time(), tzinfo=zone)
    return local, local.astimezone(UTC)


def civil_day(at: datetime, zone: ZoneInfo) -> date:
    """Gives the civil day of an instant in the legal time of the competent authority. Source: décret 2017-292.

    Raises ValueError for a naive instant: read in the zone of the machine, it would be another day.
    """
    if at.tzinfo is zone:
        return at.date()
    if at.tzinfo is None:
        raise ValueError("An instant must carry its zone: the legal day depends on it.")
    return at.astimezone(zone).date()
