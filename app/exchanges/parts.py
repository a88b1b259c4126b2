"""Every SQL statement about the parts of long SMS that wait for each other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, tuple_, update

from app.db.bulk import insert_rows
from app.db.transaction import Session
from app.exchanges.tables import PartRecord

Group = tuple[UUID, str]  # a channel, and the name its provider gives to what belongs together


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a long message; `event` is what it says, as `wire` writes it."""

    id: UUID
    channel_id: UUID
    group_key: str
    number: int
    total: int
    reception_id: UUID
    event_key: str
    event: Mapping[str, Any]
    at: datetime


async def add(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    await insert_rows(session, PartRecord, rows)


async def groups_of(session: Session, tenant_id: UUID, reception_ids: Sequence[UUID]) -> dict[UUID, Group]:
    """Returns the groups that some deliveries belong to and that wait for the rest."""
    record = PartRecord
    query = select(record.reception_id, record.channel_id, record.group_key).where(
        record.tenant_id == tenant_id, record.reception_id.in_(reception_ids), record.message_id.is_(None)
    )
    return {row.reception_id: (row.channel_id, row.group_key) for row in await session.execute(query)}


async def waiting(session: Session, tenant_id: UUID, groups: Sequence[Group]) -> dict[Group, list[Part]]:
    """Returns what is there of some groups and belongs to no message yet, in the order it is read."""
    record = PartRecord
    query = select(record).where(
        record.tenant_id == tenant_id,
        tuple_(record.channel_id, record.group_key).in_(list(groups)),
        record.message_id.is_(None),
    )
    found: dict[Group, list[Part]] = {}
    for row in (await session.execute(query.order_by(record.number, record.at, record.id))).scalars():
        found.setdefault((row.channel_id, row.group_key), []).append(_value(row))
    return found


async def name(session: Session, tenant_id: UUID, part_ids: Sequence[UUID], *, message_id: UUID) -> None:
    """Notes which message some parts became."""
    record = PartRecord
    await session.execute(
        update(record).where(record.tenant_id == tenant_id, record.id.in_(part_ids)).values(message_id=message_id)
    )


def _value(row: PartRecord) -> Part:
    return Part(
        id=row.id,
        channel_id=row.channel_id,
        group_key=row.group_key,
        number=row.number,
        total=row.total,
        reception_id=row.reception_id,
        event_key=row.event_key,
        event=row.event,
        at=row.at,
    )
