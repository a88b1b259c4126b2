"""Every SQL statement of the hourly ledger: what was accepted in two days and what became of it, kept for a year.

`parvis check` counts everything there is; this counts what is recent, in a time that does not grow with the years, so
that a figure can be alarmed on and a day's history shown.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select, text

from app.db.transaction import Session
from app.exchanges.ledger import LATE_AFTER
from app.exchanges.tables import LedgerRoundRecord
from app.ids import first_id_at

WINDOW = timedelta(days=2)
KEPT = timedelta(days=400)
# Read, without a message, without a reason and without a key: it vanished. A key is made when its delivery is read,
# hence later than the delivery.
_COUNT = text(
    """
    WITH recent AS (SELECT id, state, next_attempt_at, message_id, reason FROM receptions
                     WHERE tenant_id = :tenant AND id >= :first),
         named AS MATERIALIZED (SELECT reception_id FROM event_keys WHERE tenant_id = :tenant AND at >= :since),
         counted AS (
            SELECT count(*) AS accepted,
                   count(*) FILTER (WHERE state = 'done') AS done,
                   count(*) FILTER (WHERE state = 'duplicate') AS duplicate,
                   count(*) FILTER (WHERE state = 'held') AS held,
                   count(*) FILTER (WHERE state = 'queued') AS queued,
                   count(*) FILTER (WHERE state = 'queued' AND next_attempt_at < :late) AS late
              FROM recent),
         vanished AS (
            SELECT count(*) AS number FROM recent r WHERE r.state = 'done' AND r.message_id IS NULL
               AND r.reason IS NULL AND NOT EXISTS (SELECT FROM named n WHERE n.reception_id = r.id))
    INSERT INTO ledger_rounds AS kept
           (tenant_id, hour_at, made_at, accepted, done, duplicate, held, queued, late, unexplained)
    SELECT :tenant, :hour, :now, accepted, done, duplicate, held, queued, late,
           abs(accepted - done - duplicate - held - queued) + vanished.number
      FROM counted, vanished
    ON CONFLICT (tenant_id, hour_at) DO UPDATE SET made_at = excluded.made_at, accepted = excluded.accepted,
       done = excluded.done, duplicate = excluded.duplicate, held = excluded.held, queued = excluded.queued,
       late = excluded.late, unexplained = greatest(kept.unexplained, excluded.unexplained)
    """
)


async def account(session: Session, tenant_id: UUID, *, now: datetime) -> None:
    """Counts what was accepted in the last two days and keeps the count of this hour; twice in an hour, the last."""
    since = now - WINDOW
    await session.execute(
        _COUNT,
        {
            "tenant": tenant_id,
            "first": first_id_at(since),
            "since": since,
            "late": now - LATE_AFTER,
            "hour": now.replace(minute=0, second=0, microsecond=0),
            "now": now,
        },
    )


async def hours(session: Session, tenant_id: UUID, *, since: datetime) -> Sequence[LedgerRoundRecord]:
    """Returns the counts kept since an instant, oldest first."""
    record = LedgerRoundRecord
    query = select(record).where(record.tenant_id == tenant_id, record.hour_at >= since).order_by(record.hour_at)
    return (await session.scalars(query)).all()


async def forget(session: Session, tenant_id: UUID, *, now: datetime) -> None:
    """Drops counts older than thirteen months."""
    record = LedgerRoundRecord
    await session.execute(delete(record).where(record.tenant_id == tenant_id, record.hour_at < now - KEPT))
