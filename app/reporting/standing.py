"""How the service of one administration stands, and how it stood day by day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.rest.languages import Said

DAYS = 90
# An hour may be missing at the edge of a restart or of the first day; two are an outage.
_HOURS_FORGIVEN = 1


class Mark(StrEnum):
    """How something stands, from best to worst."""

    OK = "ok"
    ATTENTION = "attention"
    FAILING = "failing"
    UNKNOWN = "unknown"  # nothing was counted yet


class Part(StrEnum):
    """What a service is made of, for those who rely on it."""

    INTAKE = "intake"
    SENDING = "sending"
    WATCH = "watch"
    CHANNELS = "channels"
    LEDGER = "ledger"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What was found of one administration: instants in UTC, None where nothing waits or nothing was counted."""

    queued_since: datetime | None
    sending_since: datetime | None
    held: int
    unknown: int
    failed: int
    last_inbound_at: datetime | None
    silent: Sequence[str]
    to_reconnect: Sequence[str]
    watch_age: timedelta
    watch_on_time: bool
    watch_alive: bool
    ledger_at: datetime | None
    unexplained: int
    founded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One part, its mark, and the sentence that founds it."""

    part: Part
    mark: Mark
    said: Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour:
    """One hourly count of the ledger."""

    hour_at: datetime
    late: int
    unexplained: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One civil day: in how many of its hours somebody worked, and what the worst count said."""

    on: date
    hours: int
    worked: int
    late: int
    unexplained: int
    mark: Mark


def overall(parts: Sequence[Component]) -> Mark:
    """Returns the worst mark; what was not counted yet takes nothing away."""
    marks = {one.mark for one in parts}
    return Mark.FAILING if Mark.FAILING in marks else Mark.ATTENTION if Mark.ATTENTION in marks else Mark.OK


def days(counted: Sequence[Hour], *, now: datetime, zone: ZoneInfo) -> tuple[Day, ...]:
    """Returns the last ninety civil days of a zone, the latest first, from the first count on: before it nobody knows."""
    if not counted:
        return ()
    first_at = min(hour.hour_at for hour in counted)
    by_day: dict[date, list[Hour]] = {}
    for hour in counted:
        by_day.setdefault(hour.hour_at.astimezone(zone).date(), []).append(hour)
    today, first_on = now.astimezone(zone).date(), first_at.astimezone(zone).date()
    number = max(min(DAYS, (today - first_on).days + 1), 1)
    last = (today - timedelta(days=back) for back in range(number))
    return tuple(_day(on, by_day.get(on, ()), first_at=first_at, now=now, zone=zone) for on in last)


def _day(on: date, counted: Sequence[Hour], *, first_at: datetime, now: datetime, zone: ZoneInfo) -> Day:
    # Instants, for between two civil times of one zone Python does not see the hour that a change of clocks takes.
    begins = max(datetime.combine(on, time(), zone).astimezone(UTC), first_at)
    ends = min(datetime.combine(on + timedelta(days=1), time(), zone).astimezone(UTC), now)
    hours = max(int((ends - begins).total_seconds() // 3600), 0)
    worked, late = len(counted), max((hour.late for hour in counted), default=0)
    unexplained = max((hour.unexplained for hour in counted), default=0)
    mark = Mark.OK
    if unexplained:
        mark = Mark.FAILING
    elif late or hours - worked > _HOURS_FORGIVEN:
        mark = Mark.ATTENTION
    return Day(on=on, hours=hours, worked=worked, late=late, unexplained=unexplained, mark=mark)
