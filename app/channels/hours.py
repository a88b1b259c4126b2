"""Every SQL statement of how much each channel receives: one row an hour, one statement a batch."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, text

from app.channels.tables import ChannelHourRecord
from app.db.transaction import Session

# One look at the clock an hour wide: a thousand deliveries of an hour are one row.
_COUNT = text(
    "WITH got AS (SELECT channel_id, received_at FROM unnest(CAST(:channels AS uuid[]), CAST(:instants AS timestamptz[])) "
    "AS got(channel_id, received_at)), "
    "heard AS (UPDATE channels c SET last_inbound_at = g.at FROM ("
    "SELECT channel_id, max(received_at) AS at FROM got GROUP BY channel_id ORDER BY channel_id) g "
    "WHERE c.tenant_id = :tenant AND c.id = g.channel_id AND (c.last_inbound_at IS NULL OR c.last_inbound_at < g.at)) "
    "INSERT INTO channel_hours (tenant_id, channel_id, hour_at, count) "
    "SELECT :tenant, channel_id, date_trunc('hour', received_at), count(*) FROM got GROUP BY 2, 3 ORDER BY 2, 3 "
    "ON CONFLICT (tenant_id, channel_id, hour_at) DO UPDATE SET count = channel_hours.count + EXCLUDED.count"
)


async def count(session: Session, tenant_id: UUID, received: Sequence[tuple[UUID, datetime]]) -> None:
    """Counts deliveries by channel and hour, and notes when each channel last received."""
    if received:
        channels, instants = [one[0] for one in received], [one[1] for one in received]
        await session.execute(_COUNT, {"tenant": tenant_id, "channels": channels, "instants": instants})


async def of(session: Session, tenant_id: UUID, *, since: datetime) -> dict[UUID, list[datetime]]:
    """Returns the hours in which each channel received anything: one statement for them all."""
    record = ChannelHourRecord
    query = select(record.channel_id, record.hour_at).where(record.tenant_id == tenant_id, record.hour_at >= since)
    found: dict[UUID, list[datetime]] = {}
    for row in await session.execute(query):
        found.setdefault(row.channel_id, []).append(row.hour_at)
    return found


async def forget(session: Session, tenant_id: UUID, *, before: datetime) -> None:
    record = ChannelHourRecord
    await session.execute(delete(record).where(record.tenant_id == tenant_id, record.hour_at < before))
