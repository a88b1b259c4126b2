"""Whether the watch of every administration still goes round: one statement, dates alone."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text

from app.clock import Clock
from app.db.transaction import Database, Session
from app.sve.warning.values import STALE_AFTER

_PULSE = text("SELECT tenant_id, ended_at, oldest_due_on, time_zone FROM watch_pulse()")
# An administration just founded has had no round: its founding counts as one.
_OF_TENANT = text(
    "SELECT COALESCE(r.ended_at, t.created_at) FROM tenants t "
    "LEFT JOIN watch_rounds r ON r.tenant_id = t.id AND r.name = 'watch' WHERE t.id = :tenant"
)
_OLDEST_DUE = text("SELECT min(wake_on) FROM saisines WHERE tenant_id = :tenant AND wake_on <= :today")
_NOTHING = timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """How long ago the watch last went round where it did longest ago, and how long the oldest unswept day is due."""

    last_round_at: datetime | None
    round_age: timedelta
    due_for: timedelta

    @property
    def on_time(self) -> bool:
        return self.round_age <= STALE_AFTER


class Pulse:
    """Takes the pulse of the house. Raises `Unavailable` when the database is."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    async def take(self) -> Beat:
        now = self._clock()
        async with self._database.transaction() as session:
            rows = list(await session.execute(_PULSE))
        if not rows:
            return Beat(last_round_at=None, round_age=_NOTHING, due_for=_NOTHING)
        oldest = min(row.ended_at for row in rows)
        due = [_due_for(row.oldest_due_on, row.time_zone, now=now) for row in rows if row.oldest_due_on is not None]
        return Beat(last_round_at=oldest, round_age=max(now - oldest, _NOTHING), due_for=max([_NOTHING, *due]))


async def last_round(session: Session, tenant_id: UUID) -> datetime:
    """Returns when the watch last went round one administration, or when it was founded."""
    found: datetime = (await session.execute(_OF_TENANT, {"tenant": tenant_id})).scalar_one()
    return found


async def oldest_due(session: Session, tenant_id: UUID, *, today: date) -> date | None:
    """Returns the oldest day on which a clock was due to be looked at and was not."""
    found: date | None = (await session.execute(_OLDEST_DUE, {"tenant": tenant_id, "today": today})).scalar_one()
    return found


def _due_for(day: date, zone: str, *, now: datetime) -> timedelta:
    return now - datetime.combine(day, time(), ZoneInfo(zone))
