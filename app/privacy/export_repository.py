"""Every SQL statement about the copies people asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from app.db.bulk import insert_rows
from app.db.transaction import Session
from app.privacy.tables import AccessExportRecord
from app.privacy.values import ExportState


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessExport:
    """A copy asked for. `eyes` are those of who asked; None for a program's key, which sees every request."""

    id: UUID
    contact_id: UUID
    reason: str
    state: ExportState
    eyes: Mapping[str, Any] | None
    masked: Mapping[str, int]
    asked_at: datetime
    asked_by: str
    next_attempt_at: datetime | None
    attempts: int
    made_at: datetime | None
    expires_at: datetime | None
    sha256: str | None
    size: int | None
    incomplete: bool
    downloads: int


async def add(session: Session, tenant_id: UUID, export: AccessExport) -> None:
    row = {name: getattr(export, name) for name in AccessExport.__slots__}
    await insert_rows(session, AccessExportRecord, [{**row, "tenant_id": tenant_id, "state": export.state.value}])


async def find(session: Session, tenant_id: UUID, export_id: UUID, *, lock: bool = False) -> AccessExport | None:
    record = AccessExportRecord
    query = select(record).where(record.tenant_id == tenant_id, record.id == export_id)
    row = (await session.execute(query.with_for_update() if lock else query)).scalar_one_or_none()
    return _export(row) if row else None


async def page(
    session: Session, tenant_id: UUID, contact_id: UUID, *, after: UUID | None, limit: int
) -> list[AccessExport]:
    record = AccessExportRecord
    query = select(record).where(record.tenant_id == tenant_id, record.contact_id == contact_id)
    if after is not None:
        query = query.where(record.id < after)
    return [_export(row) for row in (await session.execute(query.order_by(record.id.desc()).limit(limit))).scalars()]


async def change(session: Session, tenant_id: UUID, export_id: UUID, values: Mapping[str, Any]) -> None:
    record = AccessExportRecord
    await session.execute(update(record).where(record.tenant_id == tenant_id, record.id == export_id).values(**values))


async def due(session: Session, tenant_id: UUID, *, now: datetime) -> Sequence[UUID]:
    """Returns the copies whose job was lost."""
    record = AccessExportRecord
    query = select(record.id).where(
        record.tenant_id == tenant_id, record.state == ExportState.ASKED.value, record.next_attempt_at <= now
    )
    return list((await session.execute(query.limit(100))).scalars())


async def ended(session: Session, tenant_id: UUID, *, now: datetime) -> Sequence[AccessExport]:
    """Returns the copies whose time is over, locked."""
    record = AccessExportRecord
    query = select(record).where(
        record.tenant_id == tenant_id, record.state == ExportState.READY.value, record.expires_at <= now
    )
    return [_export(row) for row in (await session.execute(query.limit(100).with_for_update())).scalars()]


def _export(row: AccessExportRecord) -> AccessExport:
    own = {name: getattr(row, name) for name in AccessExport.__slots__}
    return AccessExport(**own | {"state": ExportState(row.state)})
