"""The SQL of a thread read piece by piece: pages by keyset, and the citizen's last word."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, tuple_

from app.db.transaction import Session
from app.tickets.repository import messages_of
from app.tickets.tables import MessageRecord
from app.tickets.values import Direction, Message

Place = tuple[datetime, UUID]


async def page(
    session: Session, tenant_id: UUID, ticket_id: UUID, *, after: Place | None, limit: int, backwards: bool = False
) -> Sequence[Message]:
    """Returns messages of a ticket in the order of reception, or from the last, with their pieces: two statements."""
    record = MessageRecord
    query = select(record).where(record.tenant_id == tenant_id, record.ticket_id == ticket_id)
    place = tuple_(record.received_at, record.id)
    if after is not None:
        query = query.where(place < after if backwards else place > after)
    columns = (record.received_at, record.id)
    order = [column.desc() for column in columns] if backwards else columns
    rows = await session.execute(query.order_by(*order).limit(limit))
    return await messages_of(session, tenant_id, rows.scalars().all())


async def last_received(session: Session, tenant_id: UUID, ticket_id: UUID) -> UUID | None:
    """Returns the last message somebody sent us in a ticket."""
    record = MessageRecord
    query = select(record.id).where(
        record.tenant_id == tenant_id, record.ticket_id == ticket_id, record.direction == Direction.IN.value
    )
    query = query.order_by(record.received_at.desc(), record.id.desc()).limit(1)
    return (await session.execute(query)).scalar_one_or_none()


async def heard_from(session: Session, tenant_id: UUID, ticket_id: UUID) -> set[UUID]:
    """Returns the addresses a ticket's messages came from."""
    record = MessageRecord
    query = select(record.point_id).where(
        record.tenant_id == tenant_id,
        record.ticket_id == ticket_id,
        record.direction == Direction.IN.value,
    )
    return {one for one in (await session.execute(query.distinct())).scalars() if one is not None}
