"""The hours at which information nobody asked for may leave: answers and legal acknowledgements leave at any hour.

What an administration tells for a public service is no commercial prospecting (charte af2m 2026; CPCE L34-5 do not bind
it); it is gentle all the same. Pure: the instant, the zone and the holidays come in.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

_WRITTEN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)", re.ASCII)
MONDAY_TO_SATURDAY = frozenset(range(1, 7))
# Longer than the longest run of days on which nothing leaves, were all but one week-day closed and that one a holiday.
_LOOKED_AHEAD = 60
Holidays = Callable[[int], Collection[date]]


def no_holidays(year: int) -> Collection[date]:  # noqa: ARG001 — the signature of those that have some
    """The calendar of nobody: every day is like another."""
    return ()


@dataclass(frozen=True, slots=True)
class Hours:
    """From an hour to another of the same civil day, in the zone of the administration.

    `weekdays` are those of ISO 8601, 1 for Monday; `holidays` says whether public holidays are days like others.
    """

    opens: time
    closes: time
    weekdays: Collection[int] = field(default=MONDAY_TO_SATURDAY)
    holidays: bool = False

    @classmethod
    def parse(cls, written: str) -> Self:
        """Reads `08:00-20:00`. Raises `ValueError` on anything else, and on hours that never open."""
        found = _WRITTEN.fullmatch(written.strip())
        if found is None:
            raise ValueError("hours are written 08:00-20:00")
        one, two, three, four = map(int, found.groups())
        hours = cls(time(one, two), time(three, four))
        if hours.opens >= hours.closes:
            raise ValueError("the first hour is before the second one")
        return hours

    def next_open(self, now: datetime, *, zone: str, holidays: Holidays = no_holidays) -> datetime:
        """Returns `now` within the hours, else when they open next. `holidays` are those of a year, in the territory."""
        there = now.astimezone(ZoneInfo(zone))
        if self._is_open(there.date(), holidays) and self.opens <= there.time() < self.closes:
            return now
        day = there.date() if there.time() < self.opens else there.date() + timedelta(days=1)
        for later in range(_LOOKED_AHEAD):
            if self._is_open(day + timedelta(days=later), holidays):
                day += timedelta(days=later)
                break
        return datetime.combine(day, self.opens, tzinfo=ZoneInfo(zone)).astimezone(now.tzinfo)

    def _is_open(self, day: date, holidays: Holidays) -> bool:
        return day.isoweekday() in self.weekdays and (self.holidays or day not in holidays(day.year))


DEFAULT = Hours(time(8), time(20))
