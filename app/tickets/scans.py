"""Every SQL statement about what an antivirus says of pieces: asked, due, claimed, settled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text, update

from app.db.bulk import insert_rows
from app.db.leases import renewing
from app.db.transaction import Session, whole
from app.files.antivirus import ScanState, Verdict
from app.tickets.scan_tables import ScanRecord
from app.tickets.tables import AttachmentRecord, MessageRecord


@dataclass(frozen=True, slots=True)
class ToScan:
    """A content somebody is about to examine; `attempts` counts this one."""

    sha256: str
    attempts: int


# The attempt is counted and the next one set before anything is examined.
_CLAIM = text(
    "UPDATE scans SET attempts = attempts + 1, next_attempt_at = :lease WHERE tenant_id = :tenant AND sha256 = ("
    "SELECT sha256 FROM scans WHERE tenant_id = :tenant AND state = 'waiting' AND next_attempt_at <= :now "
    "ORDER BY next_attempt_at, sha256 LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING sha256, attempts"
)
_UNASKED = text(
    "SELECT DISTINCT a.sha256 FROM tickets t JOIN messages m ON m.tenant_id = :tenant AND m.ticket_id = t.id "
    "JOIN attachments a ON a.tenant_id = :tenant AND a.message_id = m.id "
    "WHERE t.tenant_id = :tenant AND t.last_activity_at >= :since AND m.direction = 'in' AND a.sha256 IS NOT NULL "
    "AND NOT EXISTS (SELECT FROM scans s WHERE s.tenant_id = :tenant AND s.sha256 = a.sha256) LIMIT :most"
)


async def ask(session: Session, tenant_id: UUID, contents: Sequence[str], *, now: datetime) -> bool:
    """Asks for contents nobody asked for before; says whether there were any."""
    rows = [
        {
            "tenant_id": tenant_id,
            "sha256": sha256,
            "state": ScanState.WAITING.value,
            "attempts": 0,
            "next_attempt_at": now,
            "asked_at": now,
        }
        for sha256 in sorted(set(contents))  # in one order everywhere: two batches never wait in a circle
    ]
    await insert_rows(session, ScanRecord, rows, skip_conflicts=True)
    return bool(rows)


async def unasked(session: Session, tenant_id: UUID, *, since: datetime, limit: int) -> Sequence[str]:
    """Returns contents on lately active tickets that nobody asked for: kept while there was no antivirus."""
    asked = {"tenant": tenant_id, "since": since, "most": limit}
    return (await session.execute(_UNASKED, asked)).scalars().all()


async def contents_of(session: Session, tenant_id: UUID, attachment_ids: Sequence[UUID]) -> Sequence[str]:
    """Returns the contents of those pieces that are here."""
    piece = AttachmentRecord
    query = select(piece.sha256).where(
        piece.tenant_id == tenant_id, piece.id.in_(attachment_ids), piece.sha256.is_not(None)
    )
    return [sha256 for sha256 in (await session.execute(query)).scalars() if sha256 is not None]


async def is_due(session: Session, tenant_id: UUID, *, now: datetime) -> bool:
    record = ScanRecord
    query = (
        select(record.sha256)
        .where(record.tenant_id == tenant_id, record.state == ScanState.WAITING.value, record.next_attempt_at <= now)
        .limit(1)
    )
    return (await session.execute(query)).first() is not None


async def claim(session: Session, tenant_id: UUID, *, now: datetime, lease: datetime) -> ToScan | None:
    """Takes the content that has waited longest; what another worker holds is its own."""
    row = (await session.execute(_CLAIM, {"tenant": tenant_id, "now": now, "lease": lease})).one_or_none()
    return ToScan(row.sha256, row.attempts) if row else None


renew = renewing(ScanRecord.sha256, ScanRecord.state == ScanState.WAITING.value)


async def settle(session: Session, tenant_id: UUID, claimed: ToScan, verdict: Verdict, *, now: datetime) -> bool:
    """Ends the examination of a content; says whether it still waited for that."""
    values = {
        "state": verdict.state.value,
        "virus": verdict.virus,
        "reason": verdict.reason,
        "next_attempt_at": None,
        "scanned_at": now,
    }
    return await _change(session, tenant_id, claimed, values)


async def postpone(
    session: Session, tenant_id: UUID, claimed: ToScan, *, until: datetime, reason: str | None, counted: bool
) -> bool:
    """Leaves a content to a later attempt; one that never began is not `counted`."""
    attempts = claimed.attempts if counted else claimed.attempts - 1
    values = {"next_attempt_at": until, "reason": reason, "attempts": attempts}
    return await _change(session, tenant_id, claimed, values)


async def infected(session: Session, tenant_id: UUID, contents: Sequence[str]) -> frozenset[str]:
    """Returns those of the contents in which something was recognised."""
    record = ScanRecord
    query = select(record.sha256).where(
        record.tenant_id == tenant_id,
        record.sha256.in_(sorted(set(contents))),
        record.state == ScanState.INFECTED.value,
    )
    return frozenset((await session.execute(query)).scalars())


async def carrying(session: Session, tenant_id: UUID, reception_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Returns those of the deliveries of which a message has a piece that was set aside: their bytes hold it too."""
    record, piece, message = ScanRecord, AttachmentRecord, MessageRecord
    carried = (piece.tenant_id == tenant_id) & (piece.message_id == message.id)
    examined = (record.tenant_id == tenant_id) & (record.sha256 == piece.sha256)
    query = (
        select(message.reception_id)
        .join(piece, carried)
        .join(record, examined)
        .where(
            message.tenant_id == tenant_id,
            message.reception_id.in_(sorted(set(reception_ids))),
            record.state == ScanState.INFECTED.value,
        )
    )
    # A delivery may hold messages of requests that whoever asks does not see.
    async with whole(session):
        found = (await session.execute(query)).scalars().all()
    return frozenset(one for one in found if one is not None)


async def _change(session: Session, tenant_id: UUID, claimed: ToScan, values: Mapping[str, object]) -> bool:
    # The number of the attempt is its right to write: one whose lease passed finds another number, and writes nothing.
    record = ScanRecord
    statement = (
        update(record)
        .where(
            record.tenant_id == tenant_id,
            record.sha256 == claimed.sha256,
            record.state == ScanState.WAITING.value,
            record.attempts == claimed.attempts,
        )
        .values(**values)
        .returning(record.sha256)
    )
    return (await session.execute(statement)).first() is not None
