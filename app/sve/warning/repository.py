"""Every SQL statement about whom an administration wants told, and when its rounds were last ended."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from app.db.transaction import Session
from app.sve.warning.tables import WatchRoundRecord, WatchSettingsRecord
from app.sve.warning.values import Turn, WatchSettings


async def settings_of(session: Session, tenant_id: UUID) -> WatchSettings:
    """Returns what an administration chose; version 0 when it has chosen nothing."""
    query = select(WatchSettingsRecord).where(WatchSettingsRecord.tenant_id == tenant_id)
    row = (await session.execute(query)).scalar_one_or_none()
    return WatchSettings(**{f.name: getattr(row, f.name) for f in fields(WatchSettings)}) if row else WatchSettings()


async def choose(session: Session, tenant_id: UUID, values: Mapping[str, Any], *, version: int) -> bool:
    """Writes settings decided on a version (0: none were chosen); says whether that version still stood."""
    record = WatchSettingsRecord
    if version == 0:
        first = insert(record).values(tenant_id=tenant_id, version=1, **values).on_conflict_do_nothing()
        return (await session.execute(first.returning(record.version))).first() is not None
    query = (
        update(record)
        .where(record.tenant_id == tenant_id, record.version == version)
        .values(**values, version=version + 1)
    )
    return (await session.execute(query.returning(record.version))).first() is not None


async def last_turn(session: Session, tenant_id: UUID, turn: Turn) -> datetime | None:
    """Returns when a turn was last ended, None when it never was."""
    record = WatchRoundRecord
    query = select(record.ended_at).where(record.tenant_id == tenant_id, record.name == turn.value)
    return (await session.execute(query)).scalar_one_or_none()


async def end_turn(session: Session, tenant_id: UUID, turn: Turn, *, at: datetime) -> datetime | None:
    """Notes that a turn was ended, alone; returns when it was before. An older end never replaces a newer one."""
    record = WatchRoundRecord
    first = insert(record).values(tenant_id=tenant_id, name=turn.value, ended_at=at).on_conflict_do_nothing()
    if (await session.execute(first.returning(record.name))).first() is not None:
        return None
    mine = (record.tenant_id == tenant_id, record.name == turn.value)
    before = (await session.execute(select(record.ended_at).where(*mine).with_for_update())).scalar_one()
    await session.execute(update(record).where(*mine, record.ended_at < at).values(ended_at=at))
    return before


async def told_late(session: Session, tenant_id: UUID, *, at: datetime) -> None:
    """Notes when agents were last told that the watch itself had been late."""
    record = WatchRoundRecord
    mine = (record.tenant_id == tenant_id, record.name == Turn.WATCH.value)
    await session.execute(update(record).where(*mine).values(told_late_at=at))
