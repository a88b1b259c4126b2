"""Every SQL statement of acts over many requests."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import column, delete, select, table, update

from app.bulk.tables import BulkItemRecord, BulkRecord
from app.bulk.values import AT_WORK, Act, ActKind, Bulk, BulkState, Item, Outcome
from app.db.bulk import insert_rows, update_rows
from app.db.transaction import Session
from app.tickets.values import Status

_TICKETS = table("tickets", *map(column, ("tenant_id", "id", "reference"))).alias("t")
_IDS = frozenset({"assignee_id", "team_id", "tag_id"})


async def add(session: Session, bulk: Bulk, items: Sequence[Mapping[str, Any]]) -> None:
    row = {name: getattr(bulk, name) for name in (c.name for c in BulkRecord.__table__.columns) if name != "act"}
    await insert_rows(session, BulkRecord, [{**row, "state": bulk.state.value, "act": act_row(bulk.act)}])
    await insert_rows(session, BulkItemRecord, items)


async def find(
    session: Session, tenant_id: UUID, bulk_id: UUID, *, holder: str | None = None, lock: bool = False
) -> Bulk | None:
    """Returns an act, of one `holder` when asked."""
    record = BulkRecord
    query = select(record).where(record.tenant_id == tenant_id, record.id == bulk_id)
    if holder is not None:
        query = query.where(record.holder == holder)
    if lock:
        query = query.with_for_update()
    row = (await session.execute(query.execution_options(populate_existing=True))).scalar_one_or_none()
    return _bulk(row) if row else None


async def page(session: Session, tenant_id: UUID, *, holder: str, after: UUID | None, limit: int) -> Sequence[Bulk]:
    """Returns a page of somebody's acts, the latest first."""
    record = BulkRecord
    query = select(record).where(record.tenant_id == tenant_id, record.holder == holder)
    if after is not None:
        query = query.where(record.id < after)
    return [_bulk(row) for row in (await session.execute(query.order_by(record.id.desc()).limit(limit))).scalars()]


async def silent(session: Session, tenant_id: UUID, *, since: datetime) -> Sequence[UUID]:
    """Returns the acts at work that have not moved since."""
    record = BulkRecord
    states = [state.value for state in AT_WORK]
    query = select(record.id).where(record.tenant_id == tenant_id, record.state.in_(states), record.beat_at <= since)
    return (await session.execute(query.order_by(record.id))).scalars().all()


async def change(session: Session, tenant_id: UUID, bulk_id: UUID, values: Mapping[str, Any]) -> None:
    record = BulkRecord
    await session.execute(update(record).where(record.tenant_id == tenant_id, record.id == bulk_id).values(**values))


async def items(
    session: Session,
    tenant_id: UUID,
    bulk_id: UUID,
    *,
    outcomes: Sequence[Outcome],
    after: UUID | None = None,
    limit: int,
) -> Sequence[Item]:
    """Returns requests of an act in the order of their turns; of all outcomes when none is named."""
    record = BulkItemRecord
    query = (
        select(record, _TICKETS.c.reference)
        .join(_TICKETS, (_TICKETS.c.tenant_id == record.tenant_id) & (_TICKETS.c.id == record.ticket_id))
        .where(record.tenant_id == tenant_id, record.bulk_id == bulk_id)
    )
    if outcomes:
        query = query.where(record.outcome.in_([one.value for one in outcomes]))
    if after is not None:
        query = query.where(record.id > after)
    rows = await session.execute(query.order_by(record.id).limit(limit).execution_options(populate_existing=True))
    return [_item(row, reference) for row, reference in rows]


async def settle(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Writes what became of some requests."""
    await update_rows(session, BulkItemRecord, rows)


async def leave(session: Session, tenant_id: UUID, bulk_id: UUID) -> None:
    """Marks what had not had its turn as left alone."""
    record = BulkItemRecord
    waiting = (record.tenant_id == tenant_id, record.bulk_id == bulk_id, record.outcome == Outcome.WAITING.value)
    await session.execute(update(record).where(*waiting).values(outcome=Outcome.LEFT.value))


async def forget(session: Session, tenant_id: UUID, *, before: datetime, limit: int) -> int:
    """Removes acts that ended before an instant, the oldest first; returns how many."""
    record, item = BulkRecord, BulkItemRecord
    query = select(record.id).where(record.tenant_id == tenant_id, record.ended_at < before).order_by(record.id)
    gone = (await session.execute(query.limit(limit))).scalars().all()
    if gone:
        await session.execute(delete(item).where(item.tenant_id == tenant_id, item.bulk_id.in_(gone)))
        await session.execute(delete(record).where(record.tenant_id == tenant_id, record.id.in_(gone)))
    return len(gone)


def act_row(act: Act, *, words: bool = True) -> dict[str, Any]:
    """Writes an act down; without its `words` once a note has been written."""
    told = {name: None if value is None else str(value) for name, value in asdict(act).items()}
    return {name: value for name, value in told.items() if value is not None and (words or name != "text")}


def _act(row: Mapping[str, Any]) -> Act:
    told: dict[str, Any] = {name: UUID(value) if name in _IDS else value for name, value in row.items()}
    status = Status(row["status"]) if "status" in row else None
    until_at = datetime.fromisoformat(row["until_at"]) if "until_at" in row else None
    return Act(**{**told, "kind": ActKind(row["kind"]), "status": status, "until_at": until_at})


def _bulk(row: BulkRecord) -> Bulk:
    names = [c.name for c in BulkRecord.__table__.columns if c.name not in {"act", "state"}]
    return Bulk(**{name: getattr(row, name) for name in names}, act=_act(row.act), state=BulkState(row.state))


def _item(row: BulkItemRecord, reference: str) -> Item:
    return Item(
        id=row.id,
        ticket_id=row.ticket_id,
        reference=reference,
        outcome=Outcome(row.outcome),
        code=row.code,
        detail=row.detail,
        before=row.before,
        after=row.after,
    )
