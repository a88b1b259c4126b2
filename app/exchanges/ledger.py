"""The ledger of one administration: everything that was accepted is somewhere, once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text

from app.db.transaction import Session

# What was accepted and not read for so long is somebody's broken worker.
LATE_AFTER = timedelta(minutes=15)

_STATES = text(
    """
    SELECT count(*) AS accepted,
           count(*) FILTER (WHERE state = 'done') AS done,
           count(*) FILTER (WHERE state = 'duplicate') AS duplicate,
           count(*) FILTER (WHERE state = 'held') AS held,
           count(*) FILTER (WHERE state = 'queued') AS queued,
           count(*) FILTER (WHERE state = 'queued' AND next_attempt_at < :late) AS late,
           count(*) FILTER (WHERE state = 'done' AND message_id IS NULL AND reason IS NULL AND NOT EXISTS (
             SELECT FROM event_keys k WHERE k.tenant_id = r.tenant_id AND k.reception_id = r.id)) AS vanished
      FROM receptions r WHERE tenant_id = :tenant
    """
)
# The key of an event and its message are made in one transaction: one without the other is a doubling or a loss. Joined as
# wholes: asked of one message at a time, no index answers, and a town of 100,000 messages would wait for hours.
_MESSAGES = text(
    """
    SELECT (SELECT count(*) FROM (SELECT FROM messages m
               LEFT JOIN event_keys k ON k.tenant_id = m.tenant_id AND k.message_id = m.id
               WHERE m.tenant_id = :tenant AND m.direction = 'in' AND m.reception_id IS NOT NULL
               GROUP BY m.id HAVING count(k.message_id) <> 1) AS lone)
         + (SELECT count(*) FROM event_keys k WHERE k.tenant_id = :tenant AND k.message_id IS NOT NULL
               AND NOT EXISTS (SELECT FROM messages m WHERE m.tenant_id = k.tenant_id AND m.id = k.message_id))
    """
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Counts of receptions by state. `difference` is what they leave unexplained; it must be 0."""

    accepted: int
    done: int
    duplicate: int
    held: int
    queued: int
    late: int
    vanished: int
    unpaired: int

    @property
    def difference(self) -> int:
        unexplained = self.accepted - self.done - self.duplicate - self.held - self.queued
        return abs(unexplained) + self.vanished + self.unpaired


async def ledger(session: Session, tenant_id: UUID, *, now: datetime) -> Ledger:
    """Counts the receptions of an administration, and looks for messages without a cause and causes without effect."""
    counts = (await session.execute(_STATES, {"tenant": tenant_id, "late": now - LATE_AFTER})).mappings().one()
    unpaired = (await session.execute(_MESSAGES, {"tenant": tenant_id})).scalar_one()
    return Ledger(**counts, unpaired=int(unpaired))
