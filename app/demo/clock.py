"""A clock that can stand in the past while old messages come in, and then is the real one."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.clock import utc_now
from app.sve.law import Period, add_period

ZONE = "Europe/Paris"


class DemoClock:
    """Gives the present, or the instant it was told to stand at."""

    def __init__(self) -> None:
        self._stands_at: datetime | None = None

    def __call__(self) -> datetime:
        return self._stands_at or utc_now()

    def stand_at(self, instant: datetime) -> None:
        self._stands_at = instant

    def go_on(self) -> None:
        """Becomes the real clock again."""
        self._stands_at = None

    def today(self) -> date:
        return self().astimezone(ZoneInfo(ZONE)).date()


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """Returns an instant of a day in the town's legal time."""
    return datetime.combine(day, time(hour, minute), ZoneInfo(ZONE)).astimezone(UTC)


def received_for(term: date, delay: str) -> date:
    """Returns the latest day whose term, by that delay, is `term` or the nearest day before it.

    Some terms have no day of reception (nothing received in February ends on 30 April): the day before is then as good.
    """
    period = Period.parse(delay)
    day = term
    while add_period(day, period) > term:
        day -= timedelta(days=1)
    return day
