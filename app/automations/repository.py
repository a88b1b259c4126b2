"""Every SQL statement about the rules themselves, and about how far they have read what happened."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, exists, func, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from app.automations.tables import AutomationPlace, AutomationRecord
from app.automations.values import TIMED, Automation, Trigger, rule_acts
from app.db.bulk import insert_rows
from app.db.transaction import Session
from app.live.tables import EventRecord

_SETTLED = text("events.xid < (pg_snapshot_xmin(pg_current_snapshot())::text)::bigint")
_TIMED = sorted(one.value for one in TIMED)
Position = tuple[int, UUID]


async def add(session: Session, values: Mapping[str, Any]) -> None:
    await insert_rows(session, AutomationRecord, [values])


async def find(session: Session, tenant_id: UUID, automation_id: UUID) -> Automation | None:
    record = AutomationRecord
    query = select(record).where(record.tenant_id == tenant_id, record.id == automation_id)
    row = (await session.execute(query.execution_options(populate_existing=True))).scalar_one_or_none()
    return _automation(row) if row else None


async def page(
    session: Session, tenant_id: UUID, *, after: tuple[int, UUID] | None, limit: int
) -> Sequence[Automation]:
    """Returns a page of rules in the order in which they act."""
    record = AutomationRecord
    query = select(record).where(record.tenant_id == tenant_id)
    if after is not None:
        query = query.where(tuple_(record.rank, record.id) > after)
    rows = await session.execute(query.order_by(record.rank, record.id).limit(limit))
    return [_automation(row) for row in rows.scalars()]


async def acting(session: Session, tenant_id: UUID, *, timed: bool) -> Sequence[Automation]:
    """Returns the rules that are on, of one sort, in the order in which they act."""
    record = AutomationRecord
    sort = record.trigger.in_(_TIMED) if timed else record.trigger.not_in(_TIMED)
    query = select(record).where(record.tenant_id == tenant_id, record.enabled, sort)
    rows = await session.execute(query.order_by(record.rank, record.id).execution_options(populate_existing=True))
    return [_automation(row) for row in rows.scalars()]


async def count(session: Session, tenant_id: UUID) -> int:
    query = select(func.count()).select_from(AutomationRecord).where(AutomationRecord.tenant_id == tenant_id)
    return (await session.execute(query)).scalar_one()


async def change(
    session: Session, tenant_id: UUID, automation_id: UUID, values: Mapping[str, Any], *, version: int
) -> bool:
    """Changes a rule that still has the given version; says whether it did."""
    record = AutomationRecord
    query = update(record).where(record.tenant_id == tenant_id, record.id == automation_id, record.version == version)
    written = query.values(**values, version=record.version + 1).returning(record.id)
    return (await session.execute(written)).first() is not None


async def fared(session: Session, rule: Automation, *, well: bool) -> int:
    """Counts a refusal, or forgets those before; returns how many there were in a row. No version comes of it."""
    record = AutomationRecord
    own = (record.tenant_id == rule.tenant_id, record.id == rule.id)
    if well:
        await session.execute(update(record).where(*own, record.failures > 0).values(failures=0))
        return 0
    written = update(record).where(*own).values(failures=record.failures + 1).returning(record.failures)
    return (await session.execute(written)).scalar_one_or_none() or 0


async def stop(session: Session, rule: Automation, *, at: datetime, code: str) -> None:
    """Switches a rule off, and keeps why."""
    record = AutomationRecord
    values = {"enabled": False, "stopped_at": at, "stopped_code": code, "version": record.version + 1}
    own = (record.tenant_id == rule.tenant_id, record.id == rule.id)
    await session.execute(update(record).where(*own).values(**values))


async def remove(session: Session, tenant_id: UUID, automation_id: UUID, *, version: int) -> bool:
    """Removes a rule with its log; says whether it still had the given version."""
    record = AutomationRecord
    query = delete(record).where(record.tenant_id == tenant_id, record.id == automation_id, record.version == version)
    return (await session.execute(query.returning(record.id))).first() is not None


async def something_waits(session: Session, tenant_id: UUID) -> bool:
    """Whether something happened since the rules last read the log; False where none follows it."""
    place, event = AutomationPlace, EventRecord
    happened = exists().where(
        event.tenant_id == place.tenant_id,
        tuple_(event.xid, event.id) > tuple_(place.position_xid, place.position_id),
        _SETTLED,
    )
    query = select(place.tenant_id).where(place.tenant_id == tenant_id, happened, _follows())
    return (await session.execute(query)).first() is not None


async def take_place(session: Session, tenant_id: UUID) -> Position | None:
    """Holds the place where the rules read on, until the transaction ends; None when another process has it."""
    place = AutomationPlace
    query = select(place.position_xid, place.position_id).where(place.tenant_id == tenant_id)
    row = (await session.execute(query.with_for_update(skip_locked=True))).one_or_none()
    return (row.position_xid, row.position_id) if row else None


async def move_on(session: Session, tenant_id: UUID, position: Position) -> None:
    place = AutomationPlace
    values = {"position_xid": position[0], "position_id": position[1]}
    await session.execute(update(place).where(place.tenant_id == tenant_id).values(**values))


async def begin_at(session: Session, tenant_id: UUID, position: Position) -> None:
    """Has the log read from here on, unless rules that are on read it already."""
    values = {"tenant_id": tenant_id, "position_xid": position[0], "position_id": position[1]}
    moved = {"position_xid": position[0], "position_id": position[1]}
    made = insert(AutomationPlace).values(values)
    await session.execute(made.on_conflict_do_update(index_elements=["tenant_id"], set_=moved, where=~_follows()))


def _follows() -> Any:
    """That a rule which is on follows what happens."""
    record = AutomationRecord
    return exists().where(record.tenant_id == AutomationPlace.tenant_id, record.enabled, record.trigger.not_in(_TIMED))


def _automation(row: AutomationRecord) -> Automation:
    return Automation(
        tenant_id=row.tenant_id,
        id=row.id,
        name=row.name,
        enabled=row.enabled,
        rank=row.rank,
        trigger=Trigger(row.trigger),
        delay=row.delay,
        business_hours=row.business_hours,
        filter=row.filter,
        acts=rule_acts(row.acts),
        enabled_at=row.enabled_at,
        failures=row.failures,
        stopped_at=row.stopped_at,
        stopped_code=row.stopped_code,
        created_at=row.created_at,
        version=row.version,
    )
