"""The time during which a service was open between two instants. Pure: zone and holidays come in.

Never a legal term: those run in civil days, open or closed (CRPA L231-1, L231-4). Nothing under `app.sve` reads this.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

END_OF_DAY = 24 * 60
_MINUTE = timedelta(minutes=1)
Holidays = Callable[[int], Collection[date]]


@dataclass(frozen=True, slots=True, order=True)
class Opening:
    """From a minute of a week-day to another of the same day, the second excluded.

    `weekday` is that of ISO 8601, 1 for Monday; minutes count from midnight, 1440 is the end of the day.
    """

    weekday: int
    opens: int
    closes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessHours:
    """A week of openings that do not overlap, and the days the service itself is closed on."""

    week: Sequence[Opening] = ()
    closed_on: Collection[date] = field(default=frozenset())

    def intervals(
        self, first: date, last: date, *, zone: str, holidays: Holidays
    ) -> Iterator[tuple[datetime, datetime]]:
        """Gives the open times of civil days, both included, in order and in UTC; clocks that change are followed."""
        there = ZoneInfo(zone)
        for number in range((last - first).days + 1):
            day = first + timedelta(days=number)
            if day in self.closed_on or day in holidays(day.year):
                continue
            for one in sorted(self.week):
                if one.weekday == day.isoweekday():
                    opens, closes = _instant(day, one.opens, there), _instant(day, one.closes, there)
                    if opens < closes:
                        yield opens, closes


@dataclass(frozen=True, slots=True)
class OpenTime:
    """How long a service had been open at any instant of a period: two readings make the time between them.

    `starts` and `ends` are seconds since the Unix epoch; `before` is what had been open when each begins.
    """

    starts: Sequence[float]
    ends: Sequence[float]
    before: Sequence[float]

    @classmethod
    def of(cls, intervals: Iterator[tuple[datetime, datetime]]) -> Self:
        starts: list[float] = []
        ends: list[float] = []
        before: list[float] = []
        total = 0.0
        for opens, closes in intervals:
            starts.append(opens.timestamp())
            ends.append(closes.timestamp())
            before.append(total)
            total += ends[-1] - starts[-1]
        return cls(starts, ends, before)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Returns the open time from one instant to a later one."""
        return timedelta(seconds=self._at(end.timestamp()) - self._at(start.timestamp()))

    def back_from(self, end: datetime, span: timedelta) -> datetime | None:
        """Returns the last instant with this much open time between it and `end`; None where the period holds less."""
        return self._where(bisect_right, self._at(end.timestamp()) - span.total_seconds())

    def on_from(self, start: datetime, span: timedelta) -> datetime | None:
        """Returns the first instant with this much open time between `start` and it; None where the period holds less."""
        return self._where(bisect_left, self._at(start.timestamp()) + span.total_seconds())

    def _where(self, bisect: Callable[[Sequence[float], float], int], opened: float) -> datetime | None:
        """Returns when a service had been open so long; a time it was closed at begins for one bisection, ends for the other."""
        place = bisect(self.before, opened) - 1
        if place < 0:
            return None
        instant = self.starts[place] + opened - self.before[place]
        return None if instant > self.ends[place] else datetime.fromtimestamp(instant, UTC)

    def _at(self, instant: float) -> float:
        place = bisect_right(self.starts, instant) - 1
        return 0.0 if place < 0 else self.before[place] + min(instant, self.ends[place]) - self.starts[place]


def _instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """Returns when a clock on the wall first shows this minute, or the first one after it where clocks skip it."""
    if minute == END_OF_DAY:
        day, minute = day + timedelta(days=1), 0
    wall = datetime.combine(day, datetime.min.time()) + minute * _MINUTE
    instant = wall.replace(tzinfo=zone).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wall:
        return instant
    # Read with the hour of before, a minute that does not exist lies after the change; with that of after, before it.
    instant = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    while instant.astimezone(zone).replace(tzinfo=None) < wall:
        instant += _MINUTE
    return instant
