"""Every SQL statement of tags: their list, and where they are put."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.db.bulk import insert_rows
from app.db.transaction import Session
from app.tickets.tag_tables import TagRecord, TicketTagRecord
from app.tickets.tag_values import Color, Tag, TagTaken


async def page(session: Session, tenant_id: UUID, *, archived: bool, after: UUID | None, limit: int) -> Sequence[Tag]:
    """Returns a page of the list in the order tags were made; archived ones only when asked."""
    query = select(TagRecord).where(TagRecord.tenant_id == tenant_id)
    if not archived:
        query = query.where(TagRecord.archived_at.is_(None))
    if after is not None:
        query = query.where(TagRecord.id > after)
    rows = (await session.execute(query.order_by(TagRecord.id).limit(limit))).scalars()
    return [_tag(row) for row in rows]


async def tag(session: Session, tenant_id: UUID, tag_id: UUID) -> Tag | None:
    query = select(TagRecord).where(TagRecord.tenant_id == tenant_id, TagRecord.id == tag_id)
    row = (await session.execute(query)).scalar_one_or_none()
    return _tag(row) if row else None


async def living(session: Session, tenant_id: UUID, *, most: int) -> int:
    """Counts the tags that are not archived, up to `most`."""
    query = select(TagRecord.id).where(TagRecord.tenant_id == tenant_id, TagRecord.archived_at.is_(None)).limit(most)
    return len((await session.execute(query)).all())


async def add(session: Session, values: Mapping[str, Any]) -> None:
    """Raises `TagTaken` when another has that name, archived or not."""
    try:
        await session.execute(insert(TagRecord).values(**values))
    except IntegrityError as error:
        raise _taken(error) from error


async def change(session: Session, tenant_id: UUID, tag_id: UUID, values: Mapping[str, Any], *, version: int) -> bool:
    """Changes a tag that still has the given version; says whether it did. Raises `TagTaken`."""
    record = TagRecord
    query = update(record).where(record.tenant_id == tenant_id, record.id == tag_id, record.version == version)
    try:
        done = await session.execute(query.values(**values, version=record.version + 1).returning(record.id))
    except IntegrityError as error:
        raise _taken(error) from error
    return done.first() is not None


async def put(session: Session, row: Mapping[str, Any]) -> None:
    """Puts a tag on a request."""
    await insert_rows(session, TicketTagRecord, [row], skip_conflicts=True)


async def take_off(session: Session, tenant_id: UUID, ticket_id: UUID, tag_id: UUID) -> None:
    record = TicketTagRecord
    query = delete(record).where(record.tenant_id == tenant_id, record.ticket_id == ticket_id, record.tag_id == tag_id)
    await session.execute(query)


def _taken(error: IntegrityError) -> Exception:
    """Only the name can be taken; anything else is a fault of ours."""
    return TagTaken(TagTaken.advice) if "uq_tags_tenant_id_name_key" in str(error.orig) else error


def _tag(row: TagRecord) -> Tag:
    return Tag(
        id=row.id,
        name=row.name,
        color=Color(row.color),
        archived_at=row.archived_at,
        created_at=row.created_at,
        version=row.version,
    )
