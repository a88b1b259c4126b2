"""Every SQL statement about receptions: kept, claimed, settled."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary, RowMapping, Select, bindparam, func, select, text, update

from app.db.bulk import insert_rows, update_rows
from app.db.leases import renewing
from app.db.transaction import Database, Session
from app.exchanges.tables import EventKeyRecord, ReceptionRecord
from app.jobs import queue
from app.jobs.queue import Job

INTAKE = "intake"
INTAKE_LATER = "intake_later"
BATCH_BYTES = 16 * 2**20  # of one batch; a larger delivery is a batch of its own


class Door(StrEnum):
    HOOK = "hook"
    SMTP = "smtp"
    LMTP = "lmtp"
    IMAP = "imap"
    API = "api"
    FORM = "form"
    CLI = "cli"
    DESK = "desk"
    CHAT = "chat"
    STREAM = "stream"


class State(StrEnum):
    QUEUED = "queued"
    DONE = "done"
    DUPLICATE = "duplicate"
    HELD = "held"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reception:
    """One delivery as kept; `raw` is what arrived, byte for byte."""

    tenant_id: UUID
    id: UUID
    channel_id: UUID
    door: Door
    method: str
    url: str
    headers: Sequence[tuple[str, str]] = field(repr=False)
    envelope: Mapping[str, Any]
    raw: bytes = field(repr=False)
    sha256: str
    remote: str | None
    verified: bool | None
    received_at: datetime
    state: State = State.QUEUED
    reason: str | None = None
    attempts: int = 0
    ticket_id: UUID | None = None
    message_id: UUID | None = None
    released_at: datetime | None = None  # a person read what was held, and gave it back to the intake


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceptionLine:
    """A delivery without its bytes, as lists show it."""

    id: UUID
    channel_id: UUID
    door: Door
    sha256: str
    size: int
    verified: bool | None
    received_at: datetime
    processed_at: datetime | None
    state: State
    reason: str | None
    ticket_id: UUID | None
    message_id: UUID | None


# One statement, one round trip, and a plan the server remembers though nothing is prepared: see the migration 0007.
_KEEP = text(
    "SELECT keep_reception(:tenant, :id, :channel, :door, :method, :url, CAST(:headers AS jsonb), "
    "CAST(:envelope AS jsonb), :raw, :sha256, :remote, :verified, :received_at)"
).bindparams(bindparam("raw", type_=LargeBinary()))

# A delivery claimed before was there when a worker died, or its machine failed: it is taken alone, so that what kills a
# reader three times is held without its neighbours. The batch ends where its bytes would be too many for a memory. Of an
# administration that is being erased nothing is read any more.
_CLAIM = text(
    """
    UPDATE receptions r SET attempts = attempts + 1, next_attempt_at = :lease
    FROM (SELECT id FROM (
            SELECT id, attempts, sum(weight) OVER (ORDER BY id) - weight AS before FROM (
              SELECT id, attempts, CASE WHEN attempts = 0 THEN greatest(size, 1) ELSE :most_bytes END AS weight
              FROM receptions WHERE tenant_id = :tenant AND state = 'queued' AND next_attempt_at <= :now
                AND EXISTS (SELECT FROM tenants WHERE id = :tenant AND erasing_at IS NULL)
              ORDER BY id LIMIT :limit FOR UPDATE SKIP LOCKED) due) weighed
          WHERE before = 0 OR (attempts = 0 AND before < :most_bytes)) taken
    WHERE r.tenant_id = :tenant AND r.id = taken.id
    RETURNING r.id, r.channel_id, r.door, r.method, r.url, r.headers, r.envelope, r.raw, r.sha256, r.remote, r.verified,
              r.received_at, r.attempts, r.released_at
    """
)


_ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended(:word, 0))")
# Digests are made where the bytes lie: nothing travels. What was erased keeps its digest and has no bytes.
_READ_AGAIN = text(
    """
    SELECT id, encode(sha256(raw), 'hex') <> sha256 AND NOT (size = 0 AND raw = ''::bytea) AS damaged
      FROM receptions WHERE tenant_id = :tenant AND id > :after ORDER BY id LIMIT :limit
    """
)
_OLDEST = text("SELECT id FROM receptions WHERE tenant_id = :tenant ORDER BY id LIMIT 1")


def wake_up(tenant_id: UUID, *, at: datetime | None = None) -> Job:
    """The intake job of a tenant: one at a time, so that its messages are placed in their order.

    One for later only asks then for one: waiting under the same lock, it would keep those for now from their turn.
    """
    if at is not None:
        return Job(INTAKE_LATER, {"tenant": str(tenant_id)}, None, at)
    return Job(INTAKE, {"tenant": str(tenant_id)}, f"{INTAKE}:{tenant_id}")


async def keep(session: Session, reception: Reception) -> None:
    """Stores the bytes and wakes the intake, in one statement."""
    await session.execute(_KEEP, _row(reception))


async def keep_alone(database: Database, reception: Reception) -> None:
    """Does the same as a transaction of its own. Raises `Unavailable`."""
    async with database.doors.of(reception.tenant_id):
        await database.alone(_KEEP, _row(reception))


async def claim(session: Session, tenant_id: UUID, *, now: datetime, lease: datetime, limit: int) -> list[Reception]:
    """Takes due receptions in their order of arrival, counting the attempt before anything reads them."""
    asked = {"tenant": tenant_id, "now": now, "lease": lease, "limit": limit, "most_bytes": BATCH_BYTES}
    rows = await session.execute(_CLAIM, asked)
    claimed = [
        Reception(
            tenant_id=tenant_id,
            **{**row, "door": Door(row["door"]), "headers": tuple((n, v) for n, v in row["headers"])},
        )
        for row in rows.mappings()
    ]
    return sorted(claimed, key=lambda reception: reception.id)


async def one_at_a_time(session: Session, tenant_id: UUID) -> None:
    """Waits until nobody else places messages of this administration; lasts as long as the transaction.

    The jobs of one tenant run one at a time, but a worker that was thought dead may still be at work.
    """
    await session.execute(_ALONE, {"word": f"place:{tenant_id}"})


async def still_queued(session: Session, tenant_id: UUID, ids: Sequence[UUID]) -> set[UUID]:
    """Locks and returns those still to be settled: a worker whose lease ran out finds its work done by another."""
    record = ReceptionRecord
    query = (
        select(record.id)
        .where(record.tenant_id == tenant_id, record.id.in_(ids), record.state == State.QUEUED.value)
        .order_by(record.id)
        .with_for_update()
    )
    return set((await session.execute(query)).scalars())


async def settle(session: Session, settled: Sequence[Mapping[str, Any]]) -> None:
    """Writes what became of receptions: tenant_id, id, state, reason, ticket_id, message_id, processed_at."""
    await update_rows(session, ReceptionRecord, settled)


async def postpone(session: Session, tenant_id: UUID, reception_id: UUID, *, until: datetime, reason: str) -> None:
    record = ReceptionRecord
    await session.execute(
        update(record)
        .where(record.tenant_id == tenant_id, record.id == reception_id, record.state == State.QUEUED.value)
        .values(next_attempt_at=until, reason=reason)
    )


renew = renewing(ReceptionRecord.id, ReceptionRecord.state == State.QUEUED.value)


async def give_back(
    session: Session, tenant_id: UUID, ids: Sequence[UUID], *, leases: Sequence[datetime], until: datetime
) -> None:
    """Leaves receptions still under one of these leases for later as they were before this look, but for the mark of it."""
    record = ReceptionRecord
    await session.execute(
        update(record)
        .where(
            record.tenant_id == tenant_id,
            record.id.in_(ids),
            record.state == State.QUEUED.value,
            record.next_attempt_at.in_(leases),
        )
        .values(next_attempt_at=until, attempts=func.greatest(record.attempts - 1, 1))
    )


async def wait(
    session: Session,
    tenant_id: UUID,
    reception_id: UUID,
    *,
    until: datetime,
    reason: str = "attend le message auquel elle se rapporte",
) -> None:
    """Leaves a reception queued for later, without counting this look as an attempt; the wake-up comes with it."""
    record = ReceptionRecord
    await session.execute(
        update(record)
        .where(record.tenant_id == tenant_id, record.id == reception_id)
        .values(next_attempt_at=until, attempts=0, reason=reason)
    )
    await queue.defer(session, wake_up(tenant_id, at=until))


async def find(session: Session, tenant_id: UUID, reception_id: UUID) -> Reception | None:
    record = ReceptionRecord
    query = select(record).where(record.tenant_id == tenant_id, record.id == reception_id)
    row = (await session.execute(query)).scalar_one_or_none()
    return _reception(row) if row else None


async def line(session: Session, tenant_id: UUID, reception_id: UUID) -> ReceptionLine | None:
    """Returns what became of one delivery."""
    query = _lines(tenant_id).where(ReceptionRecord.id == reception_id)
    row = (await session.execute(query)).mappings().one_or_none()
    return _line(row) if row else None


async def page(
    session: Session, tenant_id: UUID, *, state: State | None, after: UUID | None, limit: int
) -> list[ReceptionLine]:
    """Returns a page of deliveries: those that wait for a person oldest first, any other list newest first."""
    record, query = ReceptionRecord, _lines(tenant_id)
    if state is not None:
        query = query.where(record.state == state.value)
    if state is State.HELD:
        query = query.where(record.id > after) if after else query
        query = query.order_by(record.id)
    else:
        query = query.where(record.id < after) if after else query
        query = query.order_by(record.id.desc())
    return [_line(row) for row in (await session.execute(query.limit(limit))).mappings()]


async def release(session: Session, tenant_id: UUID, reception_id: UUID, *, now: datetime) -> bool:
    """Queues a held reception again; says whether there was one."""
    record = ReceptionRecord
    query = (
        update(record)
        .where(record.tenant_id == tenant_id, record.id == reception_id, record.state == State.HELD.value)
        .values(
            state=State.QUEUED.value,
            attempts=0,
            next_attempt_at=now,
            reason=None,
            released_at=now,
        )
        .returning(record.id)
    )
    return (await session.execute(query)).first() is not None


async def retell(session: Session, tenant_id: UUID, ids: Sequence[UUID], *, before: str, after: str) -> None:
    """Says otherwise why deliveries are held: where the reason began so, it begins anew."""
    record = ReceptionRecord
    await session.execute(
        update(record)
        .where(record.tenant_id == tenant_id, record.id.in_(ids), record.state == State.HELD.value)
        .where(record.reason.startswith(before, autoescape=True))
        .values(reason=after + func.substr(record.reason, len(before) + 1))
    )


async def read_again(
    session: Session, tenant_id: UUID, *, after: UUID, limit: int
) -> tuple[Sequence[UUID], Sequence[UUID]]:
    """Makes the digests of a page of deliveries again; returns all of it, and those whose bytes are others."""
    rows = (await session.execute(_READ_AGAIN, {"tenant": tenant_id, "after": after, "limit": limit})).all()
    return [row.id for row in rows], [row.id for row in rows if row.damaged]


async def oldest(session: Session, tenant_id: UUID) -> UUID | None:
    return (await session.execute(_OLDEST, {"tenant": tenant_id})).scalar_one_or_none()


async def due(session: Session, tenant_id: UUID, *, now: datetime) -> bool:
    record = ReceptionRecord
    query = select(record.id).where(
        record.tenant_id == tenant_id, record.state == State.QUEUED.value, record.next_attempt_at <= now
    )
    return (await session.execute(query.limit(1))).first() is not None


async def take_keys(session: Session, rows: Sequence[Mapping[str, Any]]) -> set[tuple[UUID, str]]:
    """Inserts event keys; returns those that were new. The uniqueness of the key is what makes a message one."""
    columns = ("channel_id", "event_key")
    written = await insert_rows(session, EventKeyRecord, rows, skip_conflicts=True, returning=columns)
    return {(row.channel_id, row.event_key) for row in written}


async def known_keys(
    session: Session, tenant_id: UUID, channel_id: UUID, keys: Sequence[str]
) -> dict[str, tuple[str, UUID | None]]:
    """Returns digest and message of keys already taken."""
    record = EventKeyRecord
    query = select(record.event_key, record.digest, record.message_id).where(
        record.tenant_id == tenant_id, record.channel_id == channel_id, record.event_key.in_(keys)
    )
    return {row.event_key: (row.digest, row.message_id) for row in await session.execute(query)}


async def name_messages(session: Session, tenant_id: UUID, named: Sequence[tuple[UUID, str, UUID]]) -> None:
    """Notes which message each key became."""
    rows = [{"tenant_id": tenant_id, "channel_id": c, "event_key": k, "message_id": m} for c, k, m in named]
    await update_rows(session, EventKeyRecord, rows, key=("tenant_id", "channel_id", "event_key"))


def _row(reception: Reception) -> dict[str, Any]:
    return {
        "tenant": reception.tenant_id,
        "id": reception.id,
        "channel": reception.channel_id,
        "door": reception.door.value,
        "method": reception.method,
        "url": reception.url,
        "headers": json.dumps([list(pair) for pair in reception.headers]),
        "envelope": json.dumps(dict(reception.envelope)),
        "raw": reception.raw,
        "sha256": reception.sha256,
        "remote": reception.remote,
        "verified": reception.verified,
        "received_at": reception.received_at,
    }


def _lines(tenant_id: UUID) -> Select[*tuple[Any, ...]]:
    record = ReceptionRecord
    names = [field.name for field in fields(ReceptionLine)]
    return select(*(getattr(record, name) for name in names)).where(record.tenant_id == tenant_id)


def _line(row: RowMapping) -> ReceptionLine:
    return ReceptionLine(**{**row, "door": Door(row["door"]), "state": State(row["state"])})


def _reception(row: ReceptionRecord) -> Reception:
    return Reception(
        tenant_id=row.tenant_id,
        id=row.id,
        channel_id=row.channel_id,
        door=Door(row.door),
        method=row.method,
        url=row.url,
        headers=tuple((name, value) for name, value in row.headers),
        envelope=row.envelope,
        raw=row.raw,
        sha256=row.sha256,
        remote=row.remote,
        verified=row.verified,
        received_at=row.received_at,
        state=State(row.state),
        reason=row.reason,
        attempts=row.attempts,
        ticket_id=row.ticket_id,
        message_id=row.message_id,
    )
