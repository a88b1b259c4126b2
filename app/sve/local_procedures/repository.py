"""Every SQL statement about an administration's own procedures."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update

from app.db.bulk import insert_rows
from app.db.transaction import Session
from app.sve.local_procedures.values import Edition
from app.sve.tables import LocalProcedureRecord, SaisineRecord

_NAMES = tuple(field.name for field in fields(Edition))
Stamp = tuple[int, int]


async def stamp(session: Session, tenant_id: UUID) -> Stamp:
    """Returns how many editions there are and how many are withdrawn: rows are only added, or withdrawn once."""
    record = LocalProcedureRecord
    query = select(func.count(), func.count(record.withdrawn_at)).where(record.tenant_id == tenant_id)
    counted = (await session.execute(query)).one()
    return counted[0], counted[1]


async def editions(session: Session, tenant_id: UUID, *, code: str | None = None) -> list[Edition]:
    """Returns the editions of an administration, of one code when it is named, the oldest first."""
    record = LocalProcedureRecord
    query = select(record).where(record.tenant_id == tenant_id).order_by(record.code, record.edition)
    if code is not None:
        query = query.where(record.code == code)
    return [Edition(**{name: getattr(row, name) for name in _NAMES}) for row in (await session.scalars(query))]


async def take_turn(session: Session, tenant_id: UUID) -> None:
    """Waits until no other transaction publishes or withdraws for this administration."""
    digest = hashlib.sha256(f"local_procedures {tenant_id}".encode()).digest()
    await session.execute(select(func.pg_advisory_xact_lock(int.from_bytes(digest[:8], signed=True))))


async def publish(session: Session, tenant_id: UUID, rows: Sequence[Mapping[str, Any]]) -> None:
    await insert_rows(session, LocalProcedureRecord, [{"tenant_id": tenant_id, **row} for row in rows])


async def withdraw(
    session: Session, tenant_id: UUID, code: str, *, at: datetime, by: str, since: date | None, reason: str
) -> tuple[int, UUID] | None:
    """Withdraws every edition of a code that stands; returns the number and id of the last, None when none stood."""
    record = LocalProcedureRecord
    query = (
        update(record)
        .where(record.tenant_id == tenant_id, record.code == code, record.withdrawn_at.is_(None))
        .values(withdrawn_at=at, withdrawn_by=by, withdrawn_from=since, withdrawn_reason=reason)
        .returning(record.edition, record.id)
    )
    return max(((row.edition, row.id) for row in await session.execute(query)), default=None)


async def open_saisines(session: Session, tenant_id: UUID, code: str) -> int:
    """Returns how many saisines whose clock still runs carry a code."""
    record = SaisineRecord
    query = select(func.count()).where(
        record.tenant_id == tenant_id, record.procedure == code, record.closed_at.is_(None)
    )
    return (await session.scalar(query)) or 0
