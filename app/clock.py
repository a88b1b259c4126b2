"""The one place that reads the machine's time; everything else is handed it.

A machine's time may jump: a wrong NTP server, a hand, a machine moved. Terms, leases and rounds must not jump with it.
So a jump is followed only when the database, asked every few seconds, has jumped as far (app/rest/timekeeping.py); until
then time goes on from where it stood, by the seconds since the machine started.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]
MOST_SKEW = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Compared:
    """How far the database is ahead of this machine, and how far this machine's time has moved by itself."""

    skew: timedelta
    jumped: timedelta

    @property
    def agree(self) -> bool:
        return abs(self.skew) <= MOST_SKEW


class SteadyClock:
    """The present instant, by two voices of three: the machine's time, the database's, and one's own since the last look."""

    def __init__(self, machine: Clock, uptime: Callable[[], float]) -> None:
        self._machine, self._uptime = machine, uptime
        self._at, self._since = machine(), uptime()

    def __call__(self) -> datetime:
        told, own = self._machine(), self._own()
        return told if abs(told - own) <= MOST_SKEW else own

    def compare(self, theirs: datetime) -> Compared:
        """Hears the database's time; when it and the machine's are one, that is the time from now on."""
        told, own = self._machine(), self._own()
        compared = Compared(theirs - told, told - own)
        if compared.agree:
            self._at, self._since = told, self._uptime()
        return compared

    def _own(self) -> datetime:
        return self._at + timedelta(seconds=self._uptime() - self._since)


def utc_now() -> datetime:
    """Returns the present instant, aware, in UTC; it never jumps alone."""
    return STEADY()


def civil_day(instant: datetime, zone: str) -> date:
    """Returns the civil day of an aware instant in a time zone: legal days are local days."""
    if instant.tzinfo is None:
        raise ValueError("a naive instant has no civil day: give an aware datetime")
    return instant.astimezone(ZoneInfo(zone)).date()


def _machine() -> datetime:
    return datetime.now(UTC)


def _uptime() -> float:
    """Seconds since the machine started, those it slept included where the system counts them."""
    boottime = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boottime is None else time.clock_gettime(boottime)


STEADY = SteadyClock(_machine, _uptime)
