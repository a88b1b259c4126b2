"""Every SQL statement about the months the event log is divided into: those to come, and those that are over (ADR 22)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import text

from app.clock import Clock
from app.db.checks import Check
from app.db.transaction import Database, Session

log = structlog.get_logger()
KEEP_UP = "keep_event_log"
COVERED_AHEAD = timedelta(days=93)
LEAST_AHEAD = timedelta(days=14)
_STATE = text("""
    SELECT count(*) AS parts, max(ends_at) AS covered_until,
           coalesce(sum(pg_relation_size(part)) FILTER (WHERE is_default), 0) AS strayed_bytes
      FROM parts_of('public.events')
""")
_COVER = text("SELECT cover_events(:until)")
_FORGET = text("SELECT forget_events(:before)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """How the event log is divided: until when a part waits for what is written, and what found none."""

    count: int
    covered_until: datetime
    strayed_bytes: int


async def parts(session: Session) -> Parts:
    """Reads how the log is divided from the catalogue; no row is looked at."""
    row = (await session.execute(_STATE)).one()
    return Parts(count=int(row.parts), covered_until=row.covered_until, strayed_bytes=int(row.strayed_bytes))


class EventParts:
    """Keeps months ahead of what is written, and drops those nobody can replay any more."""

    def __init__(self, database: Database, clock: Clock, *, kept: timedelta) -> None:
        self._database, self._clock, self._kept = database, clock, kept

    async def keep_up(self) -> None:
        """Makes the months to come and drops those that are over; one that cannot be locked soon waits for the next round."""
        now = self._clock()
        async with self._database.transaction() as session:
            made = int((await session.execute(_COVER, {"until": now + COVERED_AHEAD})).scalar_one())
        async with self._database.transaction() as session:
            gone = int((await session.execute(_FORGET, {"before": now - self._kept})).scalar_one())
        if made or gone:
            log.info("event_log.divided", made=made, dropped=gone)

    async def state(self) -> Parts:
        """Reads the catalogue alone. Raises `Unavailable` when the database is away."""
        async with self._database.transaction() as session:
            return await parts(session)

    async def check(self) -> Check:
        """Says whether the weeks to come have their part, and whether nothing fell beside."""
        seen = await self.state()
        ahead = seen.covered_until - self._clock()
        told = f"{seen.count} parts, until {seen.covered_until:%Y-%m-%d}"
        if ahead < LEAST_AHEAD:
            return Check("event log", False, f"{told}: no worker makes the next months, start one (docs/operate.md)")
        if seen.strayed_bytes:
            return Check("event log", False, f"{told}: some events lie in the default part (docs/operate.md)")
        return Check("event log", True, told)
