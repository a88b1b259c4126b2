"""Every SQL statement about legal holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update

from app.db.bulk import insert_rows
from app.db.transaction import Session
from app.privacy.tables import LegalHoldRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A hold on one request, or on all that one person sent."""

    id: UUID
    ticket_id: UUID | None
    contact_id: UUID | None
    reason: str
    since_at: datetime
    set_by: str
    lifted_at: datetime | None
    lifted_by: str | None
    lifted_reason: str | None
    version: int


async def add(session: Session, tenant_id: UUID, hold: Hold) -> None:
    row = {name: getattr(hold, name) for name in Hold.__slots__}
    await insert_rows(session, LegalHoldRecord, [{"tenant_id": tenant_id, **row}])


async def find(session: Session, tenant_id: UUID, hold_id: UUID, *, lock: bool = False) -> Hold | None:
    record = LegalHoldRecord
    query = select(record).where(record.tenant_id == tenant_id, record.id == hold_id)
    row = (await session.execute(query.with_for_update() if lock else query)).scalar_one_or_none()
    return _hold(row) if row else None


async def lift(session: Session, tenant_id: UUID, hold_id: UUID, *, reason: str, by: str, at: datetime) -> None:
    record = LegalHoldRecord
    await session.execute(
        update(record)
        .where(record.tenant_id == tenant_id, record.id == hold_id)
        .values(lifted_at=at, lifted_by=by, lifted_reason=reason, version=record.version + 1)
    )


async def present(
    session: Session, tenant_id: UUID, *, tickets: Sequence[UUID] = (), contacts: Sequence[UUID] = ()
) -> list[Hold]:
    """Returns the holds that stand on some requests or people, the oldest first."""
    record = LegalHoldRecord
    on = record.ticket_id.in_(list(tickets)) | record.contact_id.in_(list(contacts))
    query = select(record).where(record.tenant_id == tenant_id, record.lifted_at.is_(None), on)
    return [_hold(row) for row in (await session.execute(query.order_by(record.id))).scalars()]


async def page(session: Session, tenant_id: UUID, *, lifted: bool, after: UUID | None, limit: int) -> list[Hold]:
    """Returns a page of holds, the last first: those that stand, or the others too."""
    record = LegalHoldRecord
    query = select(record).where(record.tenant_id == tenant_id)
    if not lifted:
        query = query.where(record.lifted_at.is_(None))
    if after is not None:
        query = query.where(record.id < after)
    return [_hold(row) for row in (await session.execute(query.order_by(record.id.desc()).limit(limit))).scalars()]


def _hold(row: LegalHoldRecord) -> Hold:
    return Hold(**{name: getattr(row, name) for name in Hold.__slots__})
