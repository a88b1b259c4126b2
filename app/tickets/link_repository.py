"""Every SQL statement of links between requests: who does not see both ends sees no link (row policies)."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, or_, select

from app.db.bulk import insert_rows
from app.db.transaction import Session
from app.tickets.link_tables import LinkRecord
from app.tickets.link_values import Link, LinkKind


async def page(
    session: Session, tenant_id: UUID, ticket_ids: Sequence[UUID], *, after: UUID | None, limit: int
) -> Sequence[Link]:
    """Returns the links of requests, from either end, in the order they were made."""
    record = LinkRecord
    query = select(record).where(
        record.tenant_id == tenant_id, or_(record.source_id.in_(ticket_ids), record.target_id.in_(ticket_ids))
    )
    if after is not None:
        query = query.where(record.id > after)
    return [_link(row) for row in (await session.execute(query.order_by(record.id).limit(limit))).scalars()]


async def link(session: Session, tenant_id: UUID, link_id: UUID) -> Link | None:
    query = select(LinkRecord).where(LinkRecord.tenant_id == tenant_id, LinkRecord.id == link_id)
    row = (await session.execute(query)).scalar_one_or_none()
    return _link(row) if row else None


async def add(session: Session, row: Mapping[str, Any]) -> None:
    await insert_rows(session, LinkRecord, [row])


async def remove(session: Session, tenant_id: UUID, link_id: UUID) -> bool:
    """Takes a link away; says whether it was there."""
    query = delete(LinkRecord).where(LinkRecord.tenant_id == tenant_id, LinkRecord.id == link_id)
    return (await session.execute(query.returning(LinkRecord.id))).first() is not None


def _link(row: LinkRecord) -> Link:
    return Link(
        id=row.id,
        kind=LinkKind(row.kind),
        source_id=row.source_id,
        target_id=row.target_id,
        actor=row.actor,
        at=row.at,
    )
