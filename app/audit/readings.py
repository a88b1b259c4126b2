"""Every SQL statement about who read what: appended, folded, paged, and purged by the one right that may."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, text

from app.audit.tables import ReadingRecord, ReadingSettingsRecord
from app.db.bulk import insert_rows, update_rows
from app.db.transaction import Database, Session

_KEEP = text("SELECT keep_reading(:tenant, :id, :at, :actor, :door, :kind, :object, CAST(:ticket AS uuid))")
_PURGE = text("SELECT purge_readings(:before, :most)")


class Door(StrEnum):
    """By which door somebody looked."""

    WEB = "web"
    API = "api"


class ReadKind(StrEnum):
    """What somebody saw."""

    TICKET = "ticket"
    MESSAGE_RAW = "message_raw"
    ATTACHMENT = "attachment"
    LETTER = "letter"
    CONTACT = "contact"
    EXPORT = "export"
    SEARCH = "search"


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One reading. The same by the same person within the quarter of an hour is not another one."""

    id: UUID
    at: datetime
    actor: str
    door: Door
    kind: ReadKind
    object_id: UUID
    ticket_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What readings are narrowed to; an absent value narrows nothing."""

    actor: str | None = None
    object_id: UUID | None = None
    ticket_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """How many months readings are kept; version 0 is what stands before anybody has said anything."""

    months: int = 12
    reason: str = ""
    updated_at: datetime | None = None
    updated_by: str | None = None
    version: int = 0


async def keep(database: Database, tenant_id: UUID, read: Read) -> None:
    """Keeps a reading as a transaction of its own. Raises `Unavailable`."""
    values = {
        "tenant": tenant_id,
        "id": read.id,
        "at": read.at,
        "actor": read.actor,
        "door": read.door.value,
        "kind": read.kind.value,
        "object": read.object_id,
        "ticket": read.ticket_id,
    }
    await database.alone(_KEEP, values)


async def page(session: Session, tenant_id: UUID, wanted: Wanted, *, after: UUID | None, limit: int) -> Sequence[Read]:
    """Returns a page of readings, the last first."""
    record = ReadingRecord
    query: Select[Any] = select(record).where(record.tenant_id == tenant_id)
    if wanted.actor is not None:
        query = query.where(record.actor == wanted.actor)
    if wanted.object_id is not None:
        query = query.where(record.object_id == wanted.object_id)
    if wanted.ticket_id is not None:
        query = query.where(record.ticket_id == wanted.ticket_id)
    if wanted.since is not None:
        query = query.where(record.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(record.at < wanted.until)
    if after is not None:
        query = query.where(record.id < after)
    rows = await session.execute(query.order_by(record.id.desc()).limit(limit))
    return [
        Read(
            id=row.id,
            at=row.at,
            actor=row.actor,
            door=Door(row.door),
            kind=ReadKind(row.kind),
            object_id=row.object_id,
            ticket_id=row.ticket_id,
        )
        for row in rows.scalars()
    ]


async def purge(session: Session, *, before: datetime, most: int) -> int:
    """Takes away the oldest readings of the present administration, `most` at once; returns how many.

    PostgreSQL itself keeps those of the last six months, whatever is asked.
    """
    return int((await session.execute(_PURGE, {"before": before, "most": most})).scalar_one())


async def settings_of(session: Session, tenant_id: UUID) -> Kept:
    row = await session.get(ReadingSettingsRecord, tenant_id)
    if row is None:
        return Kept()
    return Kept(
        months=row.months,
        reason=row.reason,
        updated_at=row.updated_at,
        updated_by=row.updated_by,
        version=row.version,
    )


async def choose(session: Session, tenant_id: UUID, kept: Kept, *, version: int) -> None:
    """Puts a setting in the place of `version`, which the caller holds locked or has just seen absent."""
    row = {
        "tenant_id": tenant_id,
        "months": kept.months,
        "reason": kept.reason,
        "updated_at": kept.updated_at,
        "updated_by": kept.updated_by,
        "version": version + 1,
    }
    if version == 0:
        await insert_rows(session, ReadingSettingsRecord, [row])
    else:
        await update_rows(session, ReadingSettingsRecord, [row], key=("tenant_id",))


async def locked(session: Session, tenant_id: UUID) -> Kept:
    """Returns the setting, which nobody else changes before this transaction ends."""
    record = ReadingSettingsRecord
    await session.execute(select(record.version).where(record.tenant_id == tenant_id).with_for_update())
    return await settings_of(session, tenant_id)
