"""Every SQL statement about how an administration wants its messages to leave."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from app.db.transaction import Session
from app.exchanges.hours import DEFAULT, Hours
from app.exchanges.outbox import OutState, Priority
from app.exchanges.tables import OutboundRecord, SendingSettingsRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingSettings:
    """When information leaves, and whether a public comment is acknowledged in public.

    Version 0 is what stands before anybody has said anything.
    """

    hours: Hours = DEFAULT
    public_acknowledgement: bool = False
    updated_at: datetime | None = None
    updated_by: str | None = None
    version: int = 0


async def of_tenant(session: Session, tenant_id: UUID) -> SendingSettings | None:
    """Returns what an administration chose, None when it has chosen nothing."""
    query = select(SendingSettingsRecord).where(SendingSettingsRecord.tenant_id == tenant_id)
    row = (await session.execute(query)).scalar_one_or_none()
    if row is None:
        return None
    written = Hours.parse(f"{row.opens}-{row.closes}")
    return SendingSettings(
        hours=Hours(written.opens, written.closes, frozenset(row.weekdays), row.holidays),
        public_acknowledgement=row.public_acknowledgement,
        updated_at=row.updated_at,
        updated_by=row.updated_by,
        version=row.version,
    )


async def choose(
    session: Session, tenant_id: UUID, wanted: SendingSettings, *, version: int, by: str, at: datetime
) -> bool:
    """Writes settings decided on a version (0: none were chosen); says whether that version still stood."""
    record, hours = SendingSettingsRecord, wanted.hours
    values: Mapping[str, Any] = {
        "weekdays": sorted(hours.weekdays),
        "opens": f"{hours.opens:%H:%M}",
        "closes": f"{hours.closes:%H:%M}",
        "holidays": hours.holidays,
        "public_acknowledgement": wanted.public_acknowledgement,
        "updated_at": at,
        "updated_by": by,
    }
    if version == 0:
        first = insert(record).values(tenant_id=tenant_id, version=1, **values).on_conflict_do_nothing()
        return (await session.execute(first.returning(record.version))).first() is not None
    query = (
        update(record)
        .where(record.tenant_id == tenant_id, record.version == version)
        .values(**values, version=version + 1)
    )
    return (await session.execute(query.returning(record.version))).first() is not None


async def hasten(session: Session, tenant_id: UUID, *, waiting: str, at: datetime) -> Sequence[UUID]:
    """Has information that waits for its hours judged again by the new ones; returns the channels it leaves by."""
    record = OutboundRecord
    query = (
        update(record)
        .where(
            record.tenant_id == tenant_id,
            record.state == OutState.FROZEN.value,
            record.priority == Priority.BULK.value,
            record.detail == waiting,
        )
        .values(next_attempt_at=at)
    )
    return sorted(set((await session.execute(query.returning(record.channel_id))).scalars()))
