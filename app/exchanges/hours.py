"""The hours at which information nobody asked for may leave: answers and legal acknowledgements leave at any hour.

Sources: charte af2m 2026 (promotional SMS between 08:00 and 21:30); CPCE L34-5. Pure: the instant and the zone come in.
"""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

_WRITTEN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Hours:
    """From an hour to another of the same civil day, in the zone of the administration."""

    opens: time
    closes: time

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

    def next_open(self, now: datetime, *, zone: str) -> datetime:
        """Returns `now` within the hours, else when they open next."""
        there = now.astimezone(ZoneInfo(zone))
        if self.opens <= there.time() < self.closes:
            return now
        day = there.date() if there.time() < self.opens else there.date() + timedelta(days=1)
        return datetime.combine(day, self.opens, tzinfo=ZoneInfo(zone)).astimezone(now.tzinfo)


DEFAULT = Hours(time(8), time(20))
