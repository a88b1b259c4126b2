"""Every SQL statement about submissions a person is asked to confirm: asked once, mailed by attempt, settled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, or_, select, text, update

from app.db.bulk import insert_rows
from app.db.leases import renewing
from app.db.transaction import Session
from app.forms.tables import ConfirmationRecord

# The attempt is counted before any byte leaves; what an agent released meanwhile is asked of nobody.
_LEASE = text(
    "UPDATE submission_confirmations c SET attempts = c.attempts + 1, next_attempt_at = CAST(:until AS timestamptz) "
    "FROM (SELECT o.id FROM submission_confirmations o JOIN receptions r ON r.tenant_id = o.tenant_id "
    "AND r.id = o.reception_id WHERE o.tenant_id = :tenant AND o.mail = 'due' AND o.next_attempt_at <= :now "
    "AND o.expires_at > :now AND o.confirmed_at IS NULL AND r.state = 'held' "
    "ORDER BY o.next_attempt_at, o.id LIMIT :limit FOR UPDATE OF o SKIP LOCKED) due "
    "WHERE c.tenant_id = :tenant AND c.id = due.id RETURNING c.id"
)


class Mail(StrEnum):
    """The life of the mail that asks: `none` for a submission asked about by another row's mail."""

    DUE = "due"
    SENT = "sent"
    FAILED = "failed"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """One held submission and what its sender was asked."""

    tenant_id: UUID
    id: UUID
    reception_id: UUID
    channel_id: UUID
    same_as: UUID | None
    submission: str
    recipient: str
    language: str
    mail: Mail
    attempts: int
    next_attempt_at: datetime | None
    asked_at: datetime
    expires_at: datetime
    sent_at: datetime | None
    confirmed_at: datetime | None
    lapsed_at: datetime | None
    detail: str | None


async def add(session: Session, confirmation: Confirmation) -> None:
    row: Mapping[str, Any] = {field.name: getattr(confirmation, field.name) for field in fields(Confirmation)}
    await insert_rows(session, ConfirmationRecord, [row])


async def find(session: Session, tenant_id: UUID, confirmation_id: UUID, *, lock: bool = False) -> Confirmation | None:
    record = ConfirmationRecord
    query = select(record).where(record.tenant_id == tenant_id, record.id == confirmation_id)
    row = (await session.execute(query.with_for_update() if lock else query)).scalar_one_or_none()
    return _confirmation(row) if row else None


async def of_receptions(session: Session, tenant_id: UUID, ids: Sequence[UUID]) -> Mapping[UUID, Confirmation]:
    """Returns what was asked about some receptions, by reception."""
    record = ConfirmationRecord
    query = select(record).where(record.tenant_id == tenant_id, record.reception_id.in_(ids))
    return {row.reception_id: _confirmation(row) for row in (await session.execute(query)).scalars()}


async def asked_already(
    session: Session, tenant_id: UUID, channel_id: UUID, submission: str, *, recipient: str, now: datetime
) -> UUID | None:
    """Returns the row that already asks this very person about this very submission, and still waits for an answer.

    Whoever posts chooses the name of a submission: one person's yes never stands for another's.
    """
    record = ConfirmationRecord
    query = select(record.id).where(
        record.tenant_id == tenant_id,
        record.channel_id == channel_id,
        record.submission == submission,
        record.recipient == recipient,
        record.same_as.is_(None),
        record.confirmed_at.is_(None),
        record.expires_at > now,
    )
    return (await session.execute(query.limit(1))).scalar_one_or_none() if submission else None


async def counted(
    session: Session, tenant_id: UUID, recipient: str, *, hour: datetime, day: datetime
) -> tuple[int, int, int]:
    """Counts the mails asked since two instants: for an address since each, and for anybody since the first."""
    record = ConfirmationRecord
    his, lately = record.recipient == recipient, record.asked_at >= hour
    query = select(
        func.count().filter(his, lately), func.count().filter(his), func.count().filter(lately)
    ).where(
        record.tenant_id == tenant_id,
        record.mail != Mail.NONE.value,
        or_((his) & (record.asked_at >= day), lately),
    )  # fmt: skip
    row = (await session.execute(query)).one()
    return int(row[0]), int(row[1]), int(row[2])


async def same(session: Session, tenant_id: UUID, confirmation_id: UUID) -> list[UUID]:
    """Returns the receptions of the same submission that one confirmation speaks for, besides its own."""
    record = ConfirmationRecord
    query = select(record.reception_id).where(record.tenant_id == tenant_id, record.same_as == confirmation_id)
    return list((await session.execute(query.order_by(record.id))).scalars())


async def confirm(session: Session, confirmation: Confirmation, *, at: datetime) -> None:
    record = ConfirmationRecord
    await session.execute(
        update(record)
        .where(
            record.tenant_id == confirmation.tenant_id,
            or_(record.id == confirmation.id, record.same_as == confirmation.id),
        )
        .values(confirmed_at=at)
    )


async def lease(session: Session, tenant_id: UUID, *, now: datetime, until: datetime, limit: int) -> list[Confirmation]:
    """Takes mails that are due for one attempt; another worker sees none of them before `until`."""
    asked = {"tenant": tenant_id, "now": now, "until": until, "limit": limit}
    taken = list((await session.execute(_LEASE, asked)).scalars())
    record = ConfirmationRecord
    query = select(record).where(record.tenant_id == tenant_id, record.id.in_(taken)).order_by(record.id)
    return [_confirmation(row) for row in (await session.execute(query)).scalars()] if taken else []


renew = renewing(ConfirmationRecord.id, ConfirmationRecord.mail == Mail.DUE.value)


async def any_due(session: Session, tenant_id: UUID, *, now: datetime) -> bool:
    record = ConfirmationRecord
    query = select(record.id).where(
        record.tenant_id == tenant_id, record.mail == Mail.DUE.value, record.next_attempt_at <= now
    )
    return (await session.execute(query.where(record.expires_at > now).limit(1))).first() is not None


async def sent(session: Session, confirmation: Confirmation, *, at: datetime, told: str | None) -> bool:
    """Notes that a mail left, whoever holds it now, and what was told of it; says whether that is news."""
    return await _settle(session, confirmation, {"mail": Mail.SENT.value, "sent_at": at, "detail": told}, held=False)


async def again(session: Session, confirmation: Confirmation, *, at: datetime, because: str) -> bool:
    """Puts an attempt off, with why it failed; says whether this worker still held it."""
    return await _settle(session, confirmation, {"next_attempt_at": at, "detail": because}, held=True)


async def give_up(session: Session, confirmation: Confirmation, *, because: str) -> bool:
    """Ends a mail that will not leave; says whether this worker still held it."""
    return await _settle(session, confirmation, {"mail": Mail.FAILED.value, "detail": because}, held=True)


async def lapse(session: Session, tenant_id: UUID, *, now: datetime, limit: int) -> list[UUID]:
    """Ends what nobody confirmed in time; returns its receptions."""
    record = ConfirmationRecord
    due = (
        select(record.id)
        .where(
            record.tenant_id == tenant_id,
            record.confirmed_at.is_(None),
            record.lapsed_at.is_(None),
            record.expires_at <= now,
        )
        .order_by(record.expires_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ended = (
        update(record)
        .where(record.tenant_id == tenant_id, record.id.in_(due.scalar_subquery()))
        .values(lapsed_at=now)
        .returning(record.reception_id)
    )
    return list((await session.execute(ended)).scalars())


async def forget(session: Session, tenant_id: UUID, *, before: datetime) -> None:
    """Drops the addresses of what ended long ago; the reception keeps its reason."""
    record = ConfirmationRecord
    old = (record.tenant_id == tenant_id, record.expires_at < before)
    await session.execute(delete(record).where(*old, record.same_as.is_not(None)))
    await session.execute(delete(record).where(*old))


async def _settle(session: Session, confirmation: Confirmation, values: Mapping[str, Any], *, held: bool) -> bool:
    record = ConfirmationRecord
    query = update(record).where(record.tenant_id == confirmation.tenant_id, record.id == confirmation.id)
    if held:
        query = query.where(record.mail == Mail.DUE.value, record.attempts == confirmation.attempts)
    else:
        query = query.where(record.mail != Mail.SENT.value)
    return (await session.execute(query.values(**values).returning(record.id))).first() is not None


def _confirmation(row: ConfirmationRecord) -> Confirmation:
    values = {field.name: getattr(row, field.name) for field in fields(Confirmation)}
    return Confirmation(**{**values, "mail": Mail(row.mail)})
