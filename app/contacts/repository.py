"""Every SQL statement about people and their contact points."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, or_, select, tuple_, update

from app.contacts.tables import ContactPointRecord, ContactRecord
from app.db.bulk import insert_rows
from app.db.transaction import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A contact point and the person it belongs to."""

    id: UUID
    contact_id: UUID
    kind: str
    scope: str
    address: str
    display_name: str
    opted_out_at: datetime | None
    verified_at: datetime | None


@dataclass(frozen=True, slots=True)
class Contact:
    id: UUID
    display_name: str
    created_at: datetime
    version: int
    name_key: str = ""


async def points_of(session: Session, tenant_id: UUID, keys: Sequence[tuple[str, str, str]]) -> list[Point]:
    """Returns the points with those (kind, scope, address), in one query for a whole batch."""
    record = ContactPointRecord
    query = select(record).where(
        record.tenant_id == tenant_id, tuple_(record.kind, record.scope, record.address).in_(list(keys))
    )
    return [_point(row) for row in (await session.execute(query)).scalars()]


async def point(session: Session, tenant_id: UUID, point_id: UUID) -> Point | None:
    query = select(ContactPointRecord).where(
        ContactPointRecord.tenant_id == tenant_id, ContactPointRecord.id == point_id
    )
    row = (await session.execute(query)).scalar_one_or_none()
    return _point(row) if row else None


async def points_by_ids(session: Session, tenant_id: UUID, point_ids: Sequence[UUID]) -> list[Point]:
    record = ContactPointRecord
    query = select(record).where(record.tenant_id == tenant_id, record.id.in_(point_ids)).order_by(record.id)
    return [_point(row) for row in (await session.execute(query)).scalars()]


async def points_of_contact(session: Session, tenant_id: UUID, contact_id: UUID) -> list[Point]:
    query = select(ContactPointRecord).where(
        ContactPointRecord.tenant_id == tenant_id, ContactPointRecord.contact_id == contact_id
    )
    return [_point(row) for row in (await session.execute(query.limit(200))).scalars()]


async def contact(session: Session, tenant_id: UUID, contact_id: UUID) -> Contact | None:
    query = select(ContactRecord).where(ContactRecord.tenant_id == tenant_id, ContactRecord.id == contact_id)
    row = (await session.execute(query)).scalar_one_or_none()
    return Contact(row.id, row.display_name, row.created_at, row.version) if row else None


async def page(
    session: Session, tenant_id: UUID, *, q: str | None, after: tuple[str, UUID] | None, limit: int
) -> list[Contact]:
    """Returns a page of people by the folded form of their name; `q` is how it begins, or a whole address."""
    record, point_ = ContactRecord, ContactPointRecord
    query = select(record).where(record.tenant_id == tenant_id)
    if q is not None:
        holders = select(point_.contact_id).where(point_.tenant_id == tenant_id, point_.address == q)
        query = query.where(or_(func.starts_with(record.name_key, func.folded(q)), record.id.in_(holders)))
    if after is not None:
        query = query.where(tuple_(record.name_key, record.id) > after)
    rows = (await session.execute(query.order_by(record.name_key, record.id).limit(limit))).scalars()
    return [Contact(row.id, row.display_name, row.created_at, row.version, row.name_key) for row in rows]


async def add_contacts(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    await insert_rows(session, ContactRecord, rows)


async def add_points(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Adds points; one that another transaction added meanwhile is left to it."""
    await insert_rows(session, ContactPointRecord, rows, skip_conflicts=True)


async def remove_contacts(session: Session, tenant_id: UUID, contact_ids: Sequence[UUID]) -> None:
    await session.execute(
        delete(ContactRecord).where(ContactRecord.tenant_id == tenant_id, ContactRecord.id.in_(list(contact_ids)))
    )


async def opt_out(session: Session, tenant_id: UUID, point_ids: Sequence[UUID], *, at: datetime) -> None:
    await session.execute(
        update(ContactPointRecord)
        .where(ContactPointRecord.tenant_id == tenant_id, ContactPointRecord.id.in_(list(point_ids)))
        .values(opted_out_at=at)
    )


def _point(row: ContactPointRecord) -> Point:
    return Point(
        id=row.id,
        contact_id=row.contact_id,
        kind=row.kind,
        scope=row.scope,
        address=row.address,
        display_name=row.display_name,
        opted_out_at=row.opted_out_at,
        verified_at=row.verified_at,
    )
