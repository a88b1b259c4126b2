"""The append-only journal: written with the act, sealed afterwards by one hand, verified by anyone."""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import exists, select, text

from app.audit.tables import AuditRecord, SealRecord
from app.db.bulk import insert_rows
from app.db.transaction import Session
from app.facts import Fact, Seen
from app.ids import new_id

ORIGIN = b"\x00" * 32
_SETTLED = text("audit_entries.xid < (pg_snapshot_xmin(pg_current_snapshot())::text)::bigint")
_ONE_SEALER = text("SELECT pg_advisory_xact_lock(hashtextextended('seal:' || :tenant, 0))")


class AuditTrail:
    """The sink that keeps who did what; entries hold identifiers and codes, never a citizen's words."""

    async def write(self, session: Session, facts: Sequence[Fact]) -> None:
        await insert_rows(session, AuditRecord, rows_of(facts))


def rows_of(facts: Sequence[Fact]) -> list[dict[str, Any]]:
    """Returns the entries of some facts, as they are written."""
    return [
        {
            "tenant_id": fact.tenant_id,
            "id": new_id(),
            "at": fact.at,
            "actor": fact.actor.label,
            "action": fact.action if isinstance(fact, Seen) else fact.type,
            "object_id": fact.subject_id,
            "detail": dict(fact.detail if isinstance(fact, Seen) else fact.payload()),
        }
        for fact in facts
    ]


async def seal(session: Session, tenant_id: UUID, *, now: datetime, limit: int = 5000) -> int:
    """Chains the entries not yet sealed, in commit order; returns how many. One sealer a tenant at a time."""
    await session.execute(_ONE_SEALER, {"tenant": str(tenant_id)})
    last = (
        await session.execute(
            select(SealRecord).where(SealRecord.tenant_id == tenant_id).order_by(SealRecord.number.desc()).limit(1)
        )
    ).scalar_one_or_none()
    number, previous = (last.number, last.digest) if last else (0, ORIGIN)
    entry = AuditRecord
    query = (
        select(entry)
        .where(
            entry.tenant_id == tenant_id,
            _SETTLED,
            ~exists().where(SealRecord.tenant_id == tenant_id, SealRecord.entry_id == entry.id),
        )
        .order_by(entry.xid, entry.id)
        .limit(limit)
    )
    if last:
        query = query.where(entry.xid >= last.xid)
    rows: list[dict[str, Any]] = []
    for record in (await session.execute(query)).scalars():
        number += 1
        digest = link(previous, record)
        rows.append(
            {
                "tenant_id": tenant_id,
                "number": number,
                "entry_id": record.id,
                "xid": record.xid,
                "previous": previous,
                "digest": digest,
                "sealed_at": now,
            }
        )
        previous = digest
    await insert_rows(session, SealRecord, rows)
    return len(rows)


async def verify(session: Session, tenant_id: UUID, *, after: int = 0, limit: int | None = None) -> str | None:
    """Recomputes the chain, or so many of its links after one. Returns None when it holds, else the first broken link."""
    seal_, entry = SealRecord, AuditRecord
    previous, expected = await _digest_of(session, tenant_id, after), after
    query = (
        select(seal_, entry)
        .outerjoin(entry, (entry.tenant_id == seal_.tenant_id) & (entry.id == seal_.entry_id))
        .where(seal_.tenant_id == tenant_id, seal_.number > after)
        .order_by(seal_.number)
        .limit(limit)
    )
    stream = await session.stream(query)
    async for row in stream:
        sealed, record = _link_row(row)
        expected += 1
        if sealed.number != expected:
            return f"link {expected} is missing"
        if record is None:
            return f"the entry of link {expected} is missing"
        if sealed.previous != previous or sealed.digest != link(previous, record):
            return f"link {expected} does not match its entry: one of them was altered"
        previous = sealed.digest
    return None


async def length(session: Session, tenant_id: UUID) -> int:
    """Returns the number of the last link; 0 before the first."""
    query = select(SealRecord.number).where(SealRecord.tenant_id == tenant_id).order_by(SealRecord.number.desc())
    return (await session.execute(query.limit(1))).scalar_one_or_none() or 0


async def _digest_of(session: Session, tenant_id: UUID, number: int) -> bytes:
    query = select(SealRecord.digest).where(SealRecord.tenant_id == tenant_id, SealRecord.number == number)
    # A link that is missing matches nothing: the one after it is then told as altered.
    return ORIGIN if number == 0 else (await session.execute(query)).scalar_one_or_none() or b""


def _link_row(row: Any) -> tuple[SealRecord, AuditRecord | None]:
    # An outer join gives no entry where one was removed; its types do not say so.
    return row[0], row[1]


class Entry(Protocol):
    """What a link binds of an act: a row of the journal, or a copy taken out of it."""

    @property
    def tenant_id(self) -> UUID: ...

    @property
    def id(self) -> UUID: ...

    @property
    def at(self) -> datetime: ...

    @property
    def actor(self) -> str: ...

    @property
    def action(self) -> str: ...

    @property
    def object_id(self) -> UUID: ...

    @property
    def detail(self) -> dict[str, Any]: ...


def link(previous: bytes, record: Entry) -> bytes:
    """h(n) = SHA-256(h(n-1) ‖ canonical JSON of the entry)."""
    canonical = json.dumps(
        [
            str(record.tenant_id),
            str(record.id),
            record.at.astimezone(UTC).isoformat(),
            record.actor,
            record.action,
            str(record.object_id),
            record.detail,
        ],
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
    )
    return hashlib.sha256(previous + canonical.encode()).digest()
