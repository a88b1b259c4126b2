"""Every SQL statement about what machines read in pieces: asked, due, claimed, settled, shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select, text, update

from app.db.bulk import insert_rows
from app.db.leases import renewing
from app.db.transaction import Session
from app.files.ocr import READABLE, Outcome, State
from app.tickets.machine_tables import MachineTextRecord
from app.tickets.tables import AttachmentRecord, MessageRecord
from app.tickets.values import MachineText


@dataclass(frozen=True, slots=True)
class Claimed:
    """A content somebody is about to read; `attempts` counts this one."""

    sha256: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Carrier:
    """A piece that has the content, with its message and its ticket."""

    attachment_id: UUID
    message_id: UUID
    ticket_id: UUID


# The attempt is counted and the next one set before anything is read: whoever dies of a content has not kept it.
_CLAIM = text(
    "UPDATE machine_texts SET attempts = attempts + 1, next_attempt_at = :lease WHERE tenant_id = :tenant AND sha256 = ("
    "SELECT sha256 FROM machine_texts WHERE tenant_id = :tenant AND state = 'waiting' AND next_attempt_at <= :now "
    "AND attempts < :most ORDER BY next_attempt_at, sha256 LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING sha256, attempts"
)
_EXHAUSTED = text(
    "SELECT sha256, attempts FROM machine_texts WHERE tenant_id = :tenant AND state = 'waiting' "
    "AND next_attempt_at <= :now AND attempts >= :most ORDER BY next_attempt_at LIMIT 50"
)
_UNASKED = text(
    "SELECT DISTINCT a.sha256 FROM tickets t JOIN messages m ON m.tenant_id = :tenant AND m.ticket_id = t.id "
    "JOIN attachments a ON a.tenant_id = :tenant AND a.message_id = m.id "
    "WHERE t.tenant_id = :tenant AND t.last_activity_at >= :since AND t.channel_type IN :channel_types "
    "AND m.direction = 'in' AND a.sha256 IS NOT NULL AND a.content_type IN :kinds AND NOT EXISTS ("
    "SELECT FROM machine_texts r WHERE r.tenant_id = :tenant AND r.sha256 = a.sha256) LIMIT :most"
).bindparams(bindparam("channel_types", expanding=True), bindparam("kinds", expanding=True))


async def ask(session: Session, tenant_id: UUID, contents: Sequence[str], *, now: datetime) -> bool:
    """Asks for contents to be read that nobody asked for before; says whether there were any."""
    rows = [
        {
            "tenant_id": tenant_id,
            "sha256": sha256,
            "state": State.WAITING.value,
            "attempts": 0,
            "next_attempt_at": now,
            "asked_at": now,
        }
        for sha256 in sorted(set(contents))  # in one order everywhere: two batches never wait in a circle
    ]
    await insert_rows(session, MachineTextRecord, rows, skip_conflicts=True)
    return bool(rows)


async def again(session: Session, tenant_id: UUID, sha256: str, *, now: datetime) -> None:
    """Asks for one content from the first attempt; one that is read already, or is awaited, stays as it is."""
    if await ask(session, tenant_id, [sha256], now=now):
        record = MachineTextRecord
        statement = (
            update(record)
            .where(
                record.tenant_id == tenant_id,
                record.sha256 == sha256,
                record.state.in_([State.FAILED.value, State.NOTHING.value, State.TOO_LARGE.value]),
            )
            .values(state=State.WAITING.value, reason=None, attempts=0, next_attempt_at=now, asked_at=now, read_at=None)
        )
        await session.execute(statement)


async def unasked(
    session: Session, tenant_id: UUID, channel_types: Sequence[str], *, since: datetime, limit: int
) -> Sequence[str]:
    """Returns contents on lately active tickets of some channels that nobody asked for: kept while nothing could read."""
    asked = {
        "tenant": tenant_id,
        "channel_types": sorted(channel_types),
        "kinds": sorted(READABLE),
        "since": since,
        "most": limit,
    }
    return (await session.execute(_UNASKED, asked)).scalars().all()


async def contents_of(session: Session, tenant_id: UUID, attachment_ids: Sequence[UUID]) -> Sequence[str]:
    """Returns the contents of those pieces that are here and could be read."""
    piece = AttachmentRecord
    query = select(piece.sha256).where(
        piece.tenant_id == tenant_id,
        piece.id.in_(attachment_ids),
        piece.sha256.is_not(None),
        piece.content_type.in_(READABLE),
    )
    return [sha256 for sha256 in (await session.execute(query)).scalars() if sha256 is not None]


async def is_due(session: Session, tenant_id: UUID, *, now: datetime) -> bool:
    record = MachineTextRecord
    query = (
        select(record.sha256)
        .where(record.tenant_id == tenant_id, record.state == State.WAITING.value, record.next_attempt_at <= now)
        .limit(1)
    )
    return (await session.execute(query)).first() is not None


async def claim(session: Session, tenant_id: UUID, *, now: datetime, lease: datetime, most: int) -> Claimed | None:
    """Takes the content that has waited longest; what another worker holds is its own."""
    asked = {"tenant": tenant_id, "now": now, "lease": lease, "most": most}
    row = (await session.execute(_CLAIM, asked)).one_or_none()
    return Claimed(row.sha256, row.attempts) if row else None


renew = renewing(MachineTextRecord.sha256, MachineTextRecord.state == State.WAITING.value)


async def exhausted(session: Session, tenant_id: UUID, *, now: datetime, most: int) -> Sequence[Claimed]:
    """Returns contents whose every attempt was cut off: nobody came back to say what happened."""
    rows = await session.execute(_EXHAUSTED, {"tenant": tenant_id, "now": now, "most": most})
    return [Claimed(row.sha256, row.attempts) for row in rows]


async def settle(session: Session, tenant_id: UUID, claimed: Claimed, outcome: Outcome, *, now: datetime) -> bool:
    """Ends the reading of a content; says whether it still waited for that."""
    values: dict[str, object] = {
        "state": outcome.state.value,
        "reason": outcome.reason,
        "text": outcome.text or None,
        "confidence": outcome.confidence,
        "pages": outcome.pages,
        "next_attempt_at": None,
        "read_at": now,
    }
    return await _change(session, tenant_id, claimed, values)


async def postpone(
    session: Session, tenant_id: UUID, claimed: Claimed, *, until: datetime, reason: str | None, counted: bool
) -> bool:
    """Leaves a content to a later attempt; one that never began is not `counted`."""
    attempts = claimed.attempts if counted else claimed.attempts - 1
    return await _change(
        session, tenant_id, claimed, {"next_attempt_at": until, "reason": reason, "attempts": attempts}
    )


async def carriers(session: Session, tenant_id: UUID, sha256: str, *, limit: int) -> Sequence[Carrier]:
    """Returns the pieces that have a content, the latest first."""
    piece, message = AttachmentRecord, MessageRecord
    query = (
        select(piece.id, piece.message_id, message.ticket_id)
        .join(message, (message.tenant_id == piece.tenant_id) & (message.id == piece.message_id))
        .where(piece.tenant_id == tenant_id, piece.sha256 == sha256)
        .order_by(piece.id.desc())
        .limit(limit)
    )
    return [Carrier(row.id, row.message_id, row.ticket_id) for row in await session.execute(query)]


async def texts(session: Session, tenant_id: UUID, contents: Sequence[str]) -> Mapping[str, MachineText]:
    """Returns what is known of the reading of contents, those nobody asked for left out: one statement."""
    if not contents:
        return {}
    record = MachineTextRecord
    query = select(
        record.sha256, record.state, record.reason, record.text, record.confidence, record.pages, record.read_at
    ).where(record.tenant_id == tenant_id, record.sha256.in_(sorted(set(contents))))
    return {
        row.sha256: MachineText(
            state=State(row.state),
            reason=row.reason,
            text=row.text,
            confidence=row.confidence,
            pages=row.pages,
            read_at=row.read_at,
        )
        for row in await session.execute(query)
    }


async def _change(session: Session, tenant_id: UUID, claimed: Claimed, values: Mapping[str, object]) -> bool:
    # The number of the attempt is its right to write: one whose lease passed finds another number, and writes nothing.
    record = MachineTextRecord
    statement = (
        update(record)
        .where(
            record.tenant_id == tenant_id,
            record.sha256 == claimed.sha256,
            record.state == State.WAITING.value,
            record.attempts == claimed.attempts,
        )
        .values(**values)
        .returning(record.sha256)
    )
    return (await session.execute(statement)).first() is not None
