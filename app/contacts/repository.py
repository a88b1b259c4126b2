"""Every SQL statement about people and their contact points."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Text, delete, func, select, text, tuple_, update

from app.contacts.tables import ContactPointRecord, ContactRecord
from app.contacts.values import Proof
from app.db.bulk import insert_rows
from app.db.transaction import Session, bound_statements

# A search answers within this, or says that it cannot.
SEARCH_MS = 2_000
_LAST = "\U0010ffff"  # after every character there is
_LIVING = text(
    "WITH RECURSIVE chain AS (SELECT id, merged_into FROM contacts WHERE tenant_id = :tenant AND id = :id "
    "UNION SELECT c.id, c.merged_into FROM chain JOIN contacts c ON c.tenant_id = :tenant AND c.id = chain.merged_into) "
    "SELECT id FROM chain WHERE merged_into IS NULL"
)


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
    verified_how: Proof | None = None
    restricted: bool = False  # its person asked that nothing but legal acts be sent (RGPD art. 18)


@dataclass(frozen=True, slots=True)
class Contact:
    """A person; `merged_into` is the one that took over all they had."""

    id: UUID
    display_name: str
    created_at: datetime
    version: int
    merged_into: UUID | None = None
    name_key: str = ""
    restricted_at: datetime | None = None
    erased_at: datetime | None = None


def _points(tenant_id: UUID) -> Select[ContactPointRecord, datetime | None]:
    """Points, each with since when its person is restricted."""
    point_, person = ContactPointRecord, ContactRecord
    query = select(point_, person.restricted_at).join(
        person, (person.tenant_id == point_.tenant_id) & (person.id == point_.contact_id)
    )
    return query.where(point_.tenant_id == tenant_id)


async def points_of(session: Session, tenant_id: UUID, keys: Sequence[tuple[str, str, str]]) -> list[Point]:
    """Returns the points with those (kind, scope, address), in one query for a whole batch."""
    record = ContactPointRecord
    query = _points(tenant_id).where(tuple_(record.kind, record.scope, record.address).in_(list(keys)))
    return [_point(*row) for row in await session.execute(query)]


async def point(session: Session, tenant_id: UUID, point_id: UUID) -> Point | None:
    row = (await session.execute(_points(tenant_id).where(ContactPointRecord.id == point_id))).one_or_none()
    return _point(*row) if row else None


async def points_by_ids(session: Session, tenant_id: UUID, point_ids: Sequence[UUID]) -> list[Point]:
    record = ContactPointRecord
    query = _points(tenant_id).where(record.id.in_(point_ids)).order_by(record.id)
    return [_point(*row) for row in await session.execute(query)]


async def points_of_contact(session: Session, tenant_id: UUID, contact_id: UUID) -> list[Point]:
    query = _points(tenant_id).where(ContactPointRecord.contact_id == contact_id)
    rows = await session.execute(query.order_by(ContactPointRecord.id).limit(200))
    return [_point(*row) for row in rows]


async def points_of_contacts(session: Session, tenant_id: UUID, contact_ids: Sequence[UUID]) -> list[Point]:
    record = ContactPointRecord
    query = _points(tenant_id).where(record.contact_id.in_(list(contact_ids)))
    return [_point(*row) for row in await session.execute(query.order_by(record.id).limit(1000))]


async def contacts(session: Session, tenant_id: UUID, contact_ids: Sequence[UUID]) -> list[Contact]:
    record = ContactRecord
    query = select(record).where(record.tenant_id == tenant_id, record.id.in_(list(contact_ids)))
    return [_contact(row) for row in (await session.execute(query)).scalars()]


async def contact(session: Session, tenant_id: UUID, contact_id: UUID, *, lock: bool = False) -> Contact | None:
    query = select(ContactRecord).where(ContactRecord.tenant_id == tenant_id, ContactRecord.id == contact_id)
    row = (await session.execute(query.with_for_update() if lock else query)).scalar_one_or_none()
    return _contact(row) if row else None


async def locked(session: Session, tenant_id: UUID, contact_ids: Sequence[UUID]) -> dict[UUID, Contact]:
    """Returns people, locked in one order, so that two merges never wait for each other in a circle."""
    record = ContactRecord
    query = select(record).where(record.tenant_id == tenant_id, record.id.in_(list(contact_ids))).order_by(record.id)
    rows = (await session.execute(query.with_for_update())).scalars()
    return {row.id: _contact(row) for row in rows}


async def living(session: Session, tenant_id: UUID, contact_id: UUID) -> UUID | None:
    """Returns who a person is now: themselves, or the last of those they were merged into."""
    return (await session.execute(_LIVING, {"tenant": tenant_id, "id": contact_id})).scalar_one_or_none()


async def page(
    session: Session, tenant_id: UUID, *, q: str | None, after: tuple[str, UUID] | None, limit: int
) -> list[Contact]:
    """Returns a page of people by the folded form of their name; `q` is how it begins, or a whole address in any case."""
    record, point_, key = ContactRecord, ContactPointRecord, ContactRecord.name_key.collate("C")
    query = select(record).where(
        record.tenant_id == tenant_id, record.merged_into.is_(None), record.erased_at.is_(None)
    )
    if after is not None:
        query = query.where(tuple_(key, record.id) > after)
    query = query.order_by(key, record.id).limit(limit)
    if q is None:
        return [_contact(row) for row in (await session.execute(query)).scalars()]
    await bound_statements(session, milliseconds=SEARCH_MS)
    holders = select(point_.contact_id).where(point_.tenant_id == tenant_id, point_.address_key == func.lower(q))
    # Two branches, each led by its index: an OR of both is led by none.
    begin = func.folded(q, type_=Text)
    branches = (query.where(key >= begin, key < begin + _LAST), query.where(record.id.in_(holders)))
    found = {row.id: row for branch in branches for row in (await session.execute(branch)).scalars()}
    ordered = sorted(found.values(), key=lambda row: (row.name_key.encode(), row.id))
    return [_contact(row) for row in ordered[:limit]]


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


async def opt_in(session: Session, tenant_id: UUID, point_ids: Sequence[UUID]) -> None:
    record = ContactPointRecord
    await session.execute(
        update(record).where(record.tenant_id == tenant_id, record.id.in_(point_ids)).values(opted_out_at=None)
    )


async def change(session: Session, tenant_id: UUID, contact_id: UUID, values: Mapping[str, Any]) -> None:
    """Changes a person, whose version moves with whatever is known of them."""
    await session.execute(
        update(ContactRecord)
        .where(ContactRecord.tenant_id == tenant_id, ContactRecord.id == contact_id)
        .values(**values, version=ContactRecord.version + 1)
    )


async def prove(
    session: Session, tenant_id: UUID, point_ids: Sequence[UUID], *, how: Proof, at: datetime, again: bool = False
) -> list[UUID]:
    """Notes how it is known that points are theirs; returns those that were not proved before, or all `again`."""
    record = ContactPointRecord
    query = update(record).where(record.tenant_id == tenant_id, record.id.in_(list(point_ids)))
    if not again:
        query = query.where(record.verified_at.is_(None))
    rows = await session.execute(query.values(verified_at=at, verified_how=how.value).returning(record.id))
    return list(rows.scalars())


async def doubt(session: Session, tenant_id: UUID, point_id: UUID) -> None:
    """Withdraws a proof."""
    await session.execute(
        update(ContactPointRecord)
        .where(ContactPointRecord.tenant_id == tenant_id, ContactPointRecord.id == point_id)
        .values(verified_at=None, verified_how=None)
    )


async def give_point(session: Session, tenant_id: UUID, point_id: UUID, *, to: UUID) -> None:
    await session.execute(
        update(ContactPointRecord)
        .where(ContactPointRecord.tenant_id == tenant_id, ContactPointRecord.id == point_id)
        .values(contact_id=to)
    )


async def remove_point(session: Session, tenant_id: UUID, point_id: UUID) -> None:
    await session.execute(
        delete(ContactPointRecord).where(ContactPointRecord.tenant_id == tenant_id, ContactPointRecord.id == point_id)
    )


def _contact(row: ContactRecord) -> Contact:
    return Contact(
        row.id,
        row.display_name,
        row.created_at,
        row.version,
        row.merged_into,
        row.name_key,
        restricted_at=row.restricted_at,
        erased_at=row.erased_at,
    )


def _point(row: ContactPointRecord, restricted_at: datetime | None) -> Point:
    return Point(
        id=row.id,
        contact_id=row.contact_id,
        kind=row.kind,
        scope=row.scope,
        address=row.address,
        display_name=row.display_name,
        opted_out_at=row.opted_out_at,
        verified_at=row.verified_at,
        verified_how=Proof(row.verified_how) if row.verified_how else None,
        restricted=restricted_at is not None,
    )
