"""The one place that reads the machine's time; everything else is handed it."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Returns the present instant, aware, in UTC."""
    return datetime.now(UTC)


def civil_day(instant: datetime, zone: str) -> date:
    """Returns the civil day of an aware instant in a time zone: legal days are local days."""
    if instant.tzinfo is None:
        raise ValueError("a naive instant has no civil day: give an aware datetime")
    return instant.astimezone(ZoneInfo(zone)).date()
