"""Every SQL statement that lets a person take over what another had, and give it back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text

from app.contacts.tables import ContactMergeRecord
from app.contacts.values import PersonMerge
from app.db.bulk import insert_rows
from app.db.transaction import Session

_POINTS = text(
    "UPDATE contact_points SET contact_id = :to WHERE tenant_id = :tenant AND contact_id = :of "
    "AND (CAST(:ids AS uuid[]) IS NULL OR id = ANY(:ids)) RETURNING id"
)
# What both wrote stays with whoever had it: a person has a clue once.
_CLUES = text(
    "UPDATE contact_clues c SET contact_id = :to WHERE c.tenant_id = :tenant AND c.contact_id = :of "
    "AND (CAST(:ids AS uuid[]) IS NULL OR c.id = ANY(:ids)) AND NOT EXISTS (SELECT FROM contact_clues k "
    "WHERE k.tenant_id = :tenant AND k.contact_id = :to AND k.kind = c.kind AND k.value = c.value) RETURNING c.id"
)
_COLUMNS = """
    SELECT m.id, m.source_id, a.display_name AS source_name, m.target_id, b.display_name AS target_name, m.moved,
           m.reason, m.actor, m.at, m.undone_at, m.undone_by
    FROM contact_merges m
    JOIN contacts a ON a.tenant_id = m.tenant_id AND a.id = m.source_id
    JOIN contacts b ON b.tenant_id = m.tenant_id AND b.id = m.target_id
"""
_ONE = text(_COLUMNS + "WHERE m.tenant_id = :tenant AND m.id = :id")
_PAGE = text(
    _COLUMNS + "WHERE m.tenant_id = :tenant AND (m.source_id = :contact OR m.target_id = :contact) "
    "AND (CAST(:after AS uuid) IS NULL OR m.id < :after) ORDER BY m.id DESC LIMIT :limit"
)
_FORGET = text("UPDATE contact_merges SET undone_at = :at, undone_by = :by WHERE tenant_id = :tenant AND id = :id")


async def give_points(
    session: Session, tenant_id: UUID, *, of: UUID, to: UUID, ids: Sequence[UUID] | None = None
) -> list[UUID]:
    """Gives points of one person to another, all or those named; returns those that moved."""
    asked = {"tenant": tenant_id, "of": of, "to": to, "ids": None if ids is None else list(ids)}
    return list((await session.execute(_POINTS, asked)).scalars())


async def give_clues(
    session: Session, tenant_id: UUID, *, of: UUID, to: UUID, ids: Sequence[UUID] | None = None
) -> list[UUID]:
    asked = {"tenant": tenant_id, "of": of, "to": to, "ids": None if ids is None else list(ids)}
    return list((await session.execute(_CLUES, asked)).scalars())


async def remember(session: Session, tenant_id: UUID, row: Mapping[str, Any]) -> None:
    await insert_rows(session, ContactMergeRecord, [{"tenant_id": tenant_id, **row}])


async def merge(session: Session, tenant_id: UUID, merge_id: UUID) -> PersonMerge | None:
    row = (await session.execute(_ONE, {"tenant": tenant_id, "id": merge_id})).mappings().first()
    return _read(row) if row else None


async def page(
    session: Session, tenant_id: UUID, contact_id: UUID, *, after: UUID | None, limit: int
) -> list[PersonMerge]:
    """Returns the merges a person took part in, the last first."""
    asked = {"tenant": tenant_id, "contact": contact_id, "after": after, "limit": limit}
    return [_read(row) for row in (await session.execute(_PAGE, asked)).mappings()]


async def forget(session: Session, tenant_id: UUID, merge_id: UUID, *, by: str, at: datetime) -> None:
    """Notes that a merge was undone; it stays in the story."""
    await session.execute(_FORGET, {"tenant": tenant_id, "id": merge_id, "by": by, "at": at})


def _read(row: RowMapping) -> PersonMerge:
    return PersonMerge(**row)
