"""Every SQL statement about mails to agents: frozen once, leased by attempt, settled by whoever still holds them."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select, text, update

from app.db.bulk import insert_rows
from app.db.leases import renewing
from app.db.transaction import Session
from app.ids import new_id
from app.sve.warning.tables import NoticeRecord
from app.sve.warning.values import Letter, Notice, NoticeKind, NoticeState

# The attempt is counted before any byte leaves, and its number is what the sender must still hold to settle it.
_LEASE = text(
    "UPDATE notices n SET attempts = n.attempts + 1, next_attempt_at = CAST(:until AS timestamptz) "
    "FROM (SELECT id FROM notices WHERE tenant_id = :tenant AND state = 'due' AND next_attempt_at <= :now "
    "ORDER BY next_attempt_at, id LIMIT :limit FOR UPDATE SKIP LOCKED) due "
    "WHERE n.tenant_id = :tenant AND n.id = due.id RETURNING n.id"
)


async def freeze(
    session: Session, tenant_id: UUID, letter: Letter, recipients: Sequence[str], *, at: datetime
) -> list[UUID]:
    """Writes a letter for each recipient; returns those that were not already written for the same thing."""
    rows: list[dict[str, Any]] = [
        {
            "tenant_id": tenant_id,
            "id": new_id(),
            "kind": letter.kind.value,
            "subject_key": letter.subject_key,
            "recipient": recipient,
            "day": letter.day,
            "title": letter.title,
            "text": letter.text,
            "detail": dict(letter.detail),
            "state": NoticeState.DUE.value,
            "attempts": 0,
            "next_attempt_at": at,
            "frozen_at": at,
        }
        for recipient in recipients
    ]
    written = await insert_rows(session, NoticeRecord, rows, skip_conflicts=True, returning=("id",))
    return [row.id for row in written]


async def lease(session: Session, tenant_id: UUID, *, now: datetime, until: datetime, limit: int) -> list[Notice]:
    """Takes what is due for one attempt; another worker sees none of it before `until`."""
    asked = {"tenant": tenant_id, "now": now, "until": until, "limit": limit}
    taken = list((await session.execute(_LEASE, asked)).scalars())
    record = NoticeRecord
    query = select(record).where(record.tenant_id == tenant_id, record.id.in_(taken)).order_by(record.id)
    return [_notice(row) for row in (await session.execute(query)).scalars()] if taken else []


renew = renewing(NoticeRecord.id, NoticeRecord.state == NoticeState.DUE.value)


async def sent(session: Session, notice: Notice, *, at: datetime, told: str | None) -> bool:
    """Notes that a mail left, whoever holds it now: that it left is news in any case. Says whether it was."""
    record = NoticeRecord
    query = (
        update(record)
        .where(_is(notice), record.state != NoticeState.SENT.value)
        .values(
            state=NoticeState.SENT.value,
            sent_at=at,
            last_error=None,
            detail=record.detail.op("-")("link").op("||")({"told": told}),
        )
    )
    return (await session.execute(query.returning(record.id))).first() is not None


async def again(session: Session, notice: Notice, *, at: datetime, because: str) -> bool:
    """Puts an attempt off, with why it failed; says whether this worker still held it."""
    return await _settle(session, notice, {"next_attempt_at": at, "last_error": because})


async def give_up(session: Session, notice: Notice, *, because: str) -> bool:
    """Ends a mail that will not leave; says whether this worker still held it."""
    ended = {"state": NoticeState.FAILED.value, "last_error": because, "detail": NoticeRecord.detail.op("-")("link")}
    return await _settle(session, notice, ended)


async def any_due(session: Session, tenant_id: UUID, *, now: datetime) -> bool:
    record = NoticeRecord
    due = exists().where(
        record.tenant_id == tenant_id, record.state == NoticeState.DUE.value, record.next_attempt_at <= now
    )
    return bool((await session.execute(select(due))).scalar_one())


async def page(
    session: Session, tenant_id: UUID, *, states: Sequence[NoticeState], after: UUID | None, limit: int
) -> list[Notice]:
    """Returns a page of mails to agents, the latest first; those in `states` when any is given."""
    record = NoticeRecord
    query = select(record).where(record.tenant_id == tenant_id)
    if states:
        query = query.where(record.state.in_([state.value for state in states]))
    if after is not None:
        query = query.where(record.id < after)
    rows = await session.execute(query.order_by(record.id.desc()).limit(limit))
    return [_notice(row) for row in rows.scalars()]


async def _settle(session: Session, notice: Notice, values: dict[str, Any]) -> bool:
    record = NoticeRecord
    held = (record.state == NoticeState.DUE.value, record.attempts == notice.attempts)
    query = update(record).where(_is(notice), *held).values(**values).returning(record.id)
    return (await session.execute(query)).first() is not None


def _is(notice: Notice) -> Any:
    return (NoticeRecord.tenant_id == notice.tenant_id) & (NoticeRecord.id == notice.id)


def _notice(row: NoticeRecord) -> Notice:
    values = {field.name: getattr(row, field.name) for field in fields(Notice)}
    return Notice(**{**values, "kind": NoticeKind(row.kind), "state": NoticeState(row.state)})
