"""Every SQL statement about how people like their screens."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from app.db.transaction import Session
from app.identity.tables import PreferencesRecord


async def read(session: Session, tenant_id: UUID, user_id: UUID) -> tuple[Mapping[str, Any], int]:
    """Returns what a person chose, and its version; nothing, at version 0, where they chose nothing."""
    record = PreferencesRecord
    query = select(record.wishes, record.version).where(record.tenant_id == tenant_id, record.user_id == user_id)
    row = (await session.execute(query)).one_or_none()
    return (row.wishes, row.version) if row else ({}, 0)


async def write(
    session: Session, tenant_id: UUID, user_id: UUID, wishes: Mapping[str, Any], *, at: datetime, version: int
) -> bool:
    """Writes what a person chose if it still has the given version; says whether it did."""
    record = PreferencesRecord
    values = {"wishes": dict(wishes), "changed_at": at}
    if version == 0:
        own = {"tenant_id": tenant_id, "user_id": user_id, **values, "version": 1}
        first = insert(record).values(own).on_conflict_do_nothing()
        return (await session.execute(first.returning(record.version))).first() is not None
    query = update(record).where(record.tenant_id == tenant_id, record.user_id == user_id, record.version == version)
    done = await session.execute(query.values(**values, version=version + 1).returning(record.version))
    return done.first() is not None
