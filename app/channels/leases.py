"""Every SQL statement of who keeps a channel's connection open: one process at a time, for as long as it says so."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, update

from app.channels.tables import ChannelRecord
from app.db.transaction import Session

_NOTHING_HELD: Mapping[str, Any] = {
    "stream_holder": None,
    "stream_until": None,
    "stream_since": None,
    "stream_retry_at": None,
}
# A refusal waits for new credentials: trying on would lock the account.
_NOT_KEPT = ("paused", "needs_reauth")


async def free(session: Session, tenant_id: UUID, types: Collection[str], *, now: datetime) -> Sequence[UUID]:
    """Returns the channels of these types whose connection nobody keeps."""
    record = ChannelRecord
    query = select(record.id).where(
        record.tenant_id == tenant_id,
        record.type.in_(types),
        record.removed_at.is_(None),
        record.state.not_in(_NOT_KEPT),
        or_(record.stream_until.is_(None), record.stream_until <= now),
    )
    return (await session.execute(query.order_by(record.id).limit(200))).scalars().all()


async def take(
    session: Session, tenant_id: UUID, channel_id: UUID, *, holder: UUID, now: datetime, until: datetime
) -> bool:
    """Takes, or renews, the right to keep a connection; says whether it is the holder's."""
    record = ChannelRecord
    mine = or_(record.stream_holder == holder, record.stream_until.is_(None), record.stream_until <= now)
    statement = (
        update(record)
        .where(record.tenant_id == tenant_id, record.id == channel_id, record.removed_at.is_(None), mine)
        .values(stream_holder=holder, stream_until=until)
        .returning(record.id)
    )
    return (await session.execute(statement)).first() is not None


async def note(session: Session, tenant_id: UUID, channel_id: UUID, values: Mapping[str, Any], *, holder: UUID) -> None:
    """Writes how a connection fares, unless somebody else keeps it by now."""
    record = ChannelRecord
    own = (record.tenant_id == tenant_id, record.id == channel_id, record.stream_holder == holder)
    await session.execute(update(record).where(*own).values(**values))


async def release(session: Session, tenant_id: UUID, channel_id: UUID, *, holder: UUID) -> None:
    """Gives a connection up, so that another process may keep it at once."""
    await note(session, tenant_id, channel_id, _NOTHING_HELD, holder=holder)
