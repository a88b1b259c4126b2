"""Every SQL statement of what an operator watches of the whole house: numbers and instants, of nobody in particular."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import RowMapping, text

from app.clock import Clock
from app.db.transaction import Database
from app.live.parts import Parts, parts

_FIGURES = text("SELECT * FROM house_figures()")
LEDGER_WORDS = ("accepted", "done", "duplicate", "held", "queued", "late", "unexplained")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The sums over all administrations, and the longest waits of any; a wait of nothing is zero.

    `ledger` counts receptions of the last two days by state, as of the oldest hourly count, `ledger_age` ago; None
    where some administration has never been counted.
    """

    queued_for: timedelta
    sending_for: timedelta
    held: int
    unknown: int
    failed: int
    channels_silent: int
    channels_in_need: int
    alerts_open: int
    risks: Mapping[str, int]
    ledger: Mapping[str, int]
    ledger_age: timedelta | None
    log_covered_for: timedelta
    log_strayed_bytes: int


class HouseFigures:
    """Takes the figures of the house. Raises `Unavailable` when the database is."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    async def take(self) -> Figures:
        """Returns them in two statements that follow what waits, not what exists."""
        async with self._database.transaction() as session:
            rows = (await session.execute(_FIGURES)).mappings().all()
            divided = await parts(session)
        return added(rows, divided, now=self._clock())


def added(rows: Sequence[RowMapping], divided: Parts, *, now: datetime) -> Figures:
    """Adds the administrations up."""
    risks, ledger = Counter[str](), Counter[str]()
    for row in rows:
        risks.update({risk: int(number) for risk, number in (row["risks"] or {}).items()})
        ledger.update({word: int((row["ledger"] or {}).get(word, 0)) for word in LEDGER_WORDS})
    counted = [row["ledger_at"] for row in rows]
    return Figures(
        queued_for=_longest(rows, "queued_since", now),
        sending_for=_longest(rows, "sending_since", now),
        held=_sum(rows, "held"),
        unknown=_sum(rows, "unknown"),
        failed=_sum(rows, "failed"),
        channels_silent=_sum(rows, "channels_silent"),
        channels_in_need=_sum(rows, "channels_in_need"),
        alerts_open=_sum(rows, "alerts_open"),
        risks=risks,
        ledger=ledger,
        ledger_age=None if None in counted else now - min(counted, default=now),
        log_covered_for=divided.covered_until - now,
        log_strayed_bytes=divided.strayed_bytes,
    )


def _sum(rows: Sequence[RowMapping], name: str) -> int:
    return sum(int(row[name] or 0) for row in rows)


def _longest(rows: Sequence[RowMapping], name: str, now: datetime) -> timedelta:
    """What is due later is not waiting yet."""
    since = min((row[name] for row in rows if row[name] is not None), default=now)
    return max(now - since, timedelta())
