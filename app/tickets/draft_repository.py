"""Every SQL statement of drafts."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select, update

from app.db.bulk import insert_rows
from app.db.transaction import Session
from app.tickets.draft_tables import DraftRecord
from app.tickets.draft_values import Draft, DraftKind


async def page(
    session: Session, tenant_id: UUID, ticket_id: UUID, *, reader: str, after: UUID | None, limit: int
) -> list[tuple[UUID, Draft]]:
    """Returns a page of a request's drafts in the order they were begun: the reader's own, and those shared."""
    record = DraftRecord
    shown = record.shared | (record.author == reader)
    query = select(record).where(record.tenant_id == tenant_id, record.ticket_id == ticket_id, shown)
    if after is not None:
        query = query.where(record.id > after)
    rows = (await session.execute(query.order_by(record.id).limit(limit))).scalars()
    return [(row.id, _draft(row)) for row in rows]


async def draft(session: Session, tenant_id: UUID, ticket_id: UUID, author: str, kind: DraftKind) -> Draft | None:
    query = select(DraftRecord).where(*_one(tenant_id, ticket_id, author, kind))
    row = (await session.execute(query)).scalar_one_or_none()
    return _draft(row) if row else None


async def begin(session: Session, values: Mapping[str, Any]) -> bool:
    """Writes the first version; says whether nobody had."""
    return bool(await insert_rows(session, DraftRecord, [values], skip_conflicts=True, returning=["id"]))


async def change(
    session: Session,
    tenant_id: UUID,
    ticket_id: UUID,
    author: str,
    kind: DraftKind,
    values: Mapping[str, Any],
    *,
    version: int,
) -> bool:
    """Changes a draft that still has the given version; says whether it did."""
    record = DraftRecord
    query = update(record).where(*_one(tenant_id, ticket_id, author, kind), record.version == version)
    done = await session.execute(query.values(**values, version=record.version + 1).returning(record.id))
    return done.first() is not None


async def drop(
    session: Session, tenant_id: UUID, ticket_id: UUID, author: str, kind: DraftKind, *, version: int | None = None
) -> bool:
    """Removes a draft, at a version where one is given; says whether it did."""
    query = delete(DraftRecord).where(*_one(tenant_id, ticket_id, author, kind))
    if version is not None:
        query = query.where(DraftRecord.version == version)
    return (await session.execute(query.returning(DraftRecord.id))).first() is not None


async def forget(session: Session, tenant_id: UUID, *, before: datetime, limit: int) -> Sequence[tuple[UUID, str]]:
    """Removes some of the drafts that have not changed since; returns the request and the kind of each."""
    record = DraftRecord
    old = select(record.id).where(record.tenant_id == tenant_id, record.changed_at < before).limit(limit)
    query = delete(record).where(record.tenant_id == tenant_id, record.id.in_(old))
    return [(row.ticket_id, row.kind) for row in await session.execute(query.returning(record.ticket_id, record.kind))]


def _one(tenant_id: UUID, ticket_id: UUID, author: str, kind: DraftKind) -> list[ColumnElement[bool]]:
    record = DraftRecord
    return [
        record.tenant_id == tenant_id,
        record.ticket_id == ticket_id,
        record.author == author,
        record.kind == kind.value,
    ]


def _draft(row: DraftRecord) -> Draft:
    return Draft(
        ticket_id=row.ticket_id,
        author=row.author,
        kind=DraftKind(row.kind),
        text=row.text,
        shared=row.shared,
        begun_at=row.begun_at,
        changed_at=row.changed_at,
        version=row.version,
    )
