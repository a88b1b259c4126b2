"""Whether the database a process dials is still the one it left: not read-only, and not gone back in time under it.

Whoever puts a database back (a recovery to a point in time, a copy of its disk, a standby that was behind) stops processes
first; this is for when nobody did. What left since is not known there any more, and would leave again.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import psycopg
from sqlalchemy import text

from app.db.lines import Line
from app.db.transaction import Database

# Rounds are written every minute by whichever worker comes first, and never unwritten: the latest of them only rises. One
# that is gone with its administration leaves others of about the same minute.
_LOOK = (
    "SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean, clock_timestamp(), "
    "(SELECT max(ended_at) FROM watch_pulse() WHERE ever)"
)
MOST_BACK = timedelta(minutes=5)
_AGAIN_AFTER_S = 5.0


class History:
    """What is known of the database's own course. `recognise` looks at each new line, `look` now and then."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._mark: datetime | None = None
        self._looked = -_AGAIN_AFTER_S
        self.gone_back = asyncio.Event()
        self.told: str | None = None

    async def recognise(self, line: Line) -> None:
        """Judges a line that was just made. Raises `psycopg.OperationalError` when nothing may be done on it."""
        if self.told is not None:
            raise psycopg.OperationalError(self.told)
        if self._seconds() - self._looked < _AGAIN_AFTER_S:
            return
        try:
            found = await (await line.execute(_LOOK)).fetchone()
        except psycopg.ProgrammingError:
            await line.rollback()
            return  # no schema yet, or another: said where schemas are looked at
        await line.rollback()
        if found is not None and self._judge(*found):
            self._looked = self._seconds()

    async def look(self, database: Database) -> None:
        """Looks while all is well, so that what is compared with is fresh. Raises `Unavailable`."""
        async with database.transaction() as session:
            found = (await session.execute(text(_LOOK))).one()
        self._judge(*found)

    def _judge(self, read_only: bool, theirs: datetime, mark: datetime | None) -> bool:  # noqa: FBT001 — a row of ours
        """Returns whether there was something to compare, so that other lines of the same instant need no look of their own."""
        if read_only:
            raise psycopg.OperationalError("the database is read-only: a standby, or one that was told so")
        seen = self._mark
        if mark is None or (seen is not None and theirs < seen):
            return False  # nothing to compare, or its time was set back: then marks do not rise, and say nothing
        if seen is not None and mark < seen - MOST_BACK:
            self.told = f"the database went back in time, from {seen:%Y-%m-%d %H:%M} to {mark:%Y-%m-%d %H:%M} UTC"
            self.gone_back.set()
            raise psycopg.OperationalError(self.told)
        self._mark = mark if seen is None else max(mark, seen)
        return True
