"""Every SQL statement of whether anybody still watches: one for the whole house, dates alone."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text

from app.clock import Clock
from app.db.transaction import Database, Session
from app.sve.warning.values import LATE_AFTER, STALE_AFTER

_UNHEARD = text("SELECT tenant_id, alerts, oldest_at FROM unheard_alerts()")
_PULSE = text("SELECT tenant_id, ended_at, ever, oldest_due_on, time_zone FROM watch_pulse()")
# An administration just founded has had no round: its founding counts as one.
_OF_TENANT = text(
    "SELECT COALESCE(r.ended_at, t.created_at) AS ended_at, r.ended_at IS NOT NULL AS ever, t.time_zone, (SELECT min(s.wake_on) FROM saisines s "
    "WHERE s.tenant_id = t.id AND s.wake_on IS NOT NULL) AS oldest_due_on FROM tenants t "
    "LEFT JOIN watch_rounds r ON r.tenant_id = t.id AND r.name = 'watch' WHERE t.id = :tenant"
)
_LAST_ROUND = text(
    "SELECT COALESCE(r.ended_at, t.created_at) FROM tenants t "
    "LEFT JOIN watch_rounds r ON r.tenant_id = t.id AND r.name = 'watch' WHERE t.id = :tenant"
)
_NOTHING = timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """How long ago the watch last went round where it did longest ago, and how long the oldest unswept day is due.

    `unheard` counts alerts that were sent higher and that still nobody took; `unheard_for`, since when the oldest was last sent.
    """

    last_round_at: datetime
    round_age: timedelta
    due_for: timedelta
    ever: bool
    unheard: int = 0
    unheard_for: timedelta = timedelta()

    @property
    def on_time(self) -> bool:
        """Whether a screen has nothing to say of it."""
        return self.round_age <= STALE_AFTER

    @property
    def alive(self) -> bool:
        """Whether it is no later than what agents are written to about; one never begun has nothing to have missed."""
        return self.round_age <= LATE_AFTER or not (self.ever or self.due_for)


class Pulse:
    """Takes the pulse of the whole house. Raises `Unavailable` when the database is."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    async def take(self) -> Beat:
        """Returns the slowest beat of all; a house without an administration has nothing to watch."""
        now = self._clock()
        async with self._database.transaction() as session:
            rows = (await session.execute(_PULSE)).all()
            unheard = (await session.execute(_UNHEARD)).all()
        beats = [_beat(row.ended_at, row.oldest_due_on, row.time_zone, ever=row.ever, now=now) for row in rows]
        return Beat(
            last_round_at=min((beat.last_round_at for beat in beats), default=now),
            round_age=max((beat.round_age for beat in beats), default=_NOTHING),
            due_for=max((beat.due_for for beat in beats), default=_NOTHING),
            ever=any(beat.ever for beat in beats),
            unheard=sum(row.alerts for row in unheard),
            unheard_for=max((max(now - row.oldest_at, _NOTHING) for row in unheard), default=_NOTHING),
        )


async def last_round(session: Session, tenant_id: UUID) -> datetime:
    """Returns when the watch last went round one administration, or when it was founded."""
    found: datetime = (await session.execute(_LAST_ROUND, {"tenant": tenant_id})).scalar_one()
    return found


async def beat_of(session: Session, tenant_id: UUID, *, now: datetime) -> Beat:
    """Returns the beat of one administration."""
    row = (await session.execute(_OF_TENANT, {"tenant": tenant_id})).one()
    return _beat(row.ended_at, row.oldest_due_on, row.time_zone, ever=row.ever, now=now)


def _beat(ended_at: datetime, oldest_due_on: date | None, zone: str, *, ever: bool, now: datetime) -> Beat:
    due_for = _NOTHING
    if oldest_due_on is not None:
        due_for = max(now - datetime.combine(oldest_due_on, time(), ZoneInfo(zone)), _NOTHING)
    return Beat(last_round_at=ended_at, round_age=max(now - ended_at, _NOTHING), due_for=due_for, ever=ever)
