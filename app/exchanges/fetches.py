"""Every SQL statement about pieces to be fetched: due, claimed, settled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, bindparam, select, text, update

from app.db.leases import renewing
from app.db.transaction import Session
from app.tickets.tables import AttachmentRecord, MessageRecord
from app.tickets.values import FetchState


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A piece somebody is about to ask its provider for; `attempts` counts this one."""

    id: UUID
    message_id: UUID
    ticket_id: UUID
    channel_id: UUID
    name: str
    content_type: str
    size: int | None
    source: str
    attempts: int


# The attempt is counted and the next one set before anything is asked: whoever dies meanwhile has not lost the piece.
_CLAIM = text(
    "UPDATE attachments a SET fetch_attempts = a.fetch_attempts + 1, next_attempt_at = :lease FROM messages m "
    "WHERE a.tenant_id = :tenant AND m.tenant_id = :tenant AND m.id = a.message_id AND a.id IN ("
    "SELECT id FROM attachments WHERE tenant_id = :tenant AND fetch_state = 'waiting' AND message_id = ANY(:messages) "
    "AND next_attempt_at <= :now ORDER BY id FOR UPDATE SKIP LOCKED) "
    "RETURNING a.id, a.message_id, m.ticket_id, m.channel_id, a.name, a.content_type, a.size, a.source, "
    "a.fetch_attempts AS attempts"
).bindparams(bindparam("messages"))


async def due(session: Session, tenant_id: UUID, *, now: datetime, limit: int) -> Sequence[UUID]:
    """Returns the messages that have a piece to be fetched now, those that wait longest first."""
    piece = AttachmentRecord
    query = (
        select(piece.message_id)
        .where(
            piece.tenant_id == tenant_id,
            piece.fetch_state == FetchState.WAITING.value,
            piece.next_attempt_at <= now,
        )
        .order_by(piece.next_attempt_at)
        .limit(limit)
    )
    return list(dict.fromkeys((await session.execute(query)).scalars()))


async def claim(
    session: Session, tenant_id: UUID, message_id: UUID, *, now: datetime, lease: datetime
) -> Sequence[Claimed]:
    """Takes the due pieces of a message; what another worker holds is its own."""
    asked = {"tenant": tenant_id, "messages": [message_id], "now": now, "lease": lease}
    return [_claimed(row) for row in await session.execute(_CLAIM, asked)]


renew = renewing(AttachmentRecord.id, AttachmentRecord.fetch_state == FetchState.WAITING.value)


async def settle(
    session: Session, tenant_id: UUID, piece: Claimed, *, sha256: str | None, size: int | None, problem: str | None
) -> bool:
    """Ends the fetching of a piece, had or not; says whether it still waited for that."""
    state = FetchState.FETCHED if sha256 else FetchState.FAILED
    values: dict[str, object] = {"fetch_state": state.value, "fetch_problem": problem, "next_attempt_at": None}
    if sha256:
        values |= {"sha256": sha256, "size": size}
    return await _change(session, tenant_id, piece, values)


async def postpone(session: Session, tenant_id: UUID, piece: Claimed, *, until: datetime, problem: str) -> bool:
    """Leaves a piece to a later attempt; the message already says why it is not here."""
    return await _change(session, tenant_id, piece, {"next_attempt_at": until, "fetch_problem": problem})


async def give_back(session: Session, tenant_id: UUID, piece: Claimed, *, until: datetime) -> bool:
    """Leaves a piece for later: the machine failed, so that this was no attempt."""
    return await _change(session, tenant_id, piece, {"next_attempt_at": until, "fetch_attempts": piece.attempts - 1})


async def again(session: Session, tenant_id: UUID, attachment_id: UUID, *, now: datetime) -> bool:
    """Asks for a piece once more, from the first attempt; says whether it is one that can be asked for and is not here."""
    record = AttachmentRecord
    statement = (
        update(record)
        .where(
            record.tenant_id == tenant_id,
            record.id == attachment_id,
            record.sha256.is_(None),
            record.source.is_not(None),
        )
        .values(fetch_state=FetchState.WAITING.value, fetch_attempts=0, next_attempt_at=now, fetch_problem=None)
        .returning(record.id)
    )
    return (await session.execute(statement)).first() is not None


async def ticket_of(session: Session, tenant_id: UUID, attachment_id: UUID) -> UUID | None:
    """Returns the ticket whose message carries a piece."""
    query = (
        select(MessageRecord.ticket_id)
        .join(
            AttachmentRecord,
            (AttachmentRecord.tenant_id == MessageRecord.tenant_id) & (AttachmentRecord.message_id == MessageRecord.id),
        )
        .where(AttachmentRecord.tenant_id == tenant_id, AttachmentRecord.id == attachment_id)
    )
    return (await session.execute(query)).scalar_one_or_none()


async def _change(session: Session, tenant_id: UUID, piece: Claimed, values: dict[str, object]) -> bool:
    # The number of the attempt is its right to write: one whose lease passed finds another number, and writes nothing.
    record = AttachmentRecord
    statement = (
        update(record)
        .where(
            record.tenant_id == tenant_id,
            record.id == piece.id,
            record.fetch_state == FetchState.WAITING.value,
            record.fetch_attempts == piece.attempts,
        )
        .values(**values)
        .returning(record.id)
    )
    return (await session.execute(statement)).first() is not None


def _claimed(row: Row[tuple[object, ...]]) -> Claimed:
    return Claimed(**row._asdict())
