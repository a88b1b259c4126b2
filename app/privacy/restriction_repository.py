"""Every SQL statement about restrictions and corrections of people's data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text, update

from app.db.bulk import insert_rows
from app.db.transaction import Session
from app.privacy.tables import CorrectionRecord, RestrictionRecord
from app.vault.columns import SealedColumn


def correction_bound(tenant_id: UUID, correction_id: UUID) -> str:
    """Names the row that what stood before a correction is sealed to."""
    return f"correction/{tenant_id}/{correction_id}"


SEALED = SealedColumn(name="corrections", record=CorrectionRecord, column="before_sealed", bound_to=correction_bound)

_DROP_PROPOSALS = text(
    "DELETE FROM contact_proposals WHERE tenant_id = :tenant AND state = 'open' "
    "AND (one_id = :contact OR other_id = :contact)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Restriction:
    """One restriction, lifted or not."""

    id: UUID
    contact_id: UUID
    ground: str
    reason: str
    since_at: datetime
    set_by: str
    lifted_at: datetime | None
    lifted_by: str | None
    lifted_reason: str | None


async def add(session: Session, tenant_id: UUID, restriction: Restriction) -> None:
    row = {name: getattr(restriction, name) for name in Restriction.__slots__}
    await insert_rows(session, RestrictionRecord, [{"tenant_id": tenant_id, **row}])


async def lift(session: Session, tenant_id: UUID, contact_id: UUID, *, reason: str, by: str, at: datetime) -> None:
    record = RestrictionRecord
    await session.execute(
        update(record)
        .where(record.tenant_id == tenant_id, record.contact_id == contact_id, record.lifted_at.is_(None))
        .values(lifted_at=at, lifted_by=by, lifted_reason=reason)
    )


async def history(session: Session, tenant_id: UUID, contact_id: UUID) -> Sequence[Restriction]:
    """Returns the restrictions of a person, the last first."""
    record = RestrictionRecord
    query = select(record).where(record.tenant_id == tenant_id, record.contact_id == contact_id)
    rows = (await session.execute(query.order_by(record.id.desc()).limit(50))).scalars()
    return [Restriction(**{name: getattr(row, name) for name in Restriction.__slots__}) for row in rows]


async def drop_proposals(session: Session, tenant_id: UUID, contact_id: UUID) -> None:
    """Withdraws what was proposed of a person."""
    await session.execute(_DROP_PROPOSALS, {"tenant": tenant_id, "contact": contact_id})


async def note_correction(session: Session, tenant_id: UUID, row: Mapping[str, Any]) -> None:
    await insert_rows(session, CorrectionRecord, [{"tenant_id": tenant_id, **row}])
