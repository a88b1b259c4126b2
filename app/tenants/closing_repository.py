"""Every SQL statement of an administration's end: its announcement, its erasure, what stays of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from app.db.transaction import Session
from app.ids import new_id
from app.tenants.tables import ClosureRecord, DepartureRecord, ExportRecord, TenantRecord

_ERASE = text("SELECT erase_some(:table, :most)")
_COUNT = text(
    "UPDATE departures SET counts = jsonb_set(counts, ARRAY[:table], "
    "to_jsonb(COALESCE((counts ->> :table)::bigint, 0) + :gone)) WHERE id = :tenant"
)
# Doors know a channel by its key or its address: without them, whoever knocks is told that there is nobody.
_CLOSE_DOORS = text("UPDATE channels SET key = 'closed-' || id, address = NULL WHERE tenant_id = :tenant")
_LOCK_DOORS = text("SELECT id FROM channels WHERE tenant_id = :tenant ORDER BY id FOR UPDATE")
# Of this database and this role: nobody else writes for administrations. One that has only read so far counts too.
_UNDER_WAY = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = current_user "
    "AND pid <> pg_backend_pid() AND xact_start <= CAST(:since AS timestamptz)"
)
_NOW = text("SELECT clock_timestamp()")
# Who erases must be there: for the transaction of the last sweep alone, which nobody else ever sees.
_STAND_IN = text(
    "INSERT INTO tenants (id, slug, name, kind, territory, time_zone, service_name, postal_address, email, phone, settings, "
    "created_at, dpo_contact, erasing_at, version) VALUES (:tenant, 'left-' || CAST(:tenant AS text), '', '', '', 'UTC', '', '', "
    "'', '', '{}', :at, '', :at, 1)"
)
_FORGET_JOBS = text(
    "DELETE FROM procrastinate_jobs WHERE args ->> 'tenant' = :tenant OR args ->> 'tenant_id' = :tenant"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """An announced end that stands."""

    id: UUID
    reason: str
    announced_at: datetime
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """What stays of an administration; `id` was its own. Counts are rows erased, a table each."""

    id: UUID
    slug: str
    name: str
    reason: str
    announced_at: datetime
    begun_at: datetime
    finished_at: datetime | None
    export_sha256: str | None
    export_waived: str | None
    despite: str | None
    clocks: int
    counts: Mapping[str, Any]
    pieces: int
    chain_number: int
    chain_digest: str
    certificate: str | None


async def announce(session: Session, tenant_id: UUID, *, reason: str, due_on: date, at: datetime) -> UUID:
    closure_id = new_id()
    values = {"tenant_id": tenant_id, "id": closure_id, "reason": reason, "due_on": due_on, "announced_at": at}
    await session.execute(insert(ClosureRecord).values(**values))
    return closure_id


async def standing(session: Session, tenant_id: UUID) -> Closure | None:
    record = ClosureRecord
    query = select(record).where(record.tenant_id == tenant_id, record.cancelled_at.is_(None))
    row = (await session.execute(query.order_by(record.id.desc()).limit(1))).scalar_one_or_none()
    return Closure(**{name: getattr(row, name) for name in Closure.__slots__}) if row else None


async def cancel(session: Session, tenant_id: UUID, closure_id: UUID, *, by: str, at: datetime) -> None:
    record = ClosureRecord
    statement = update(record).where(record.tenant_id == tenant_id, record.id == closure_id)
    await session.execute(statement.values(cancelled_at=at, cancelled_by=by))


async def verified_export(session: Session, tenant_id: UUID, *, since: datetime) -> str | None:
    """Returns the digest of the last copy made and read again since an instant."""
    record = ExportRecord
    query = select(record.sha256).where(
        record.tenant_id == tenant_id, record.verified_at.is_not(None), record.requested_at >= since
    )
    return (await session.execute(query.order_by(record.id.desc()).limit(1))).scalar_one_or_none()


async def begin(session: Session, departure: Departure) -> None:
    """Writes what will stay, and closes the doors: nobody, no round and no message finds the administration any more."""
    values = {name: getattr(departure, name) for name in Departure.__slots__}
    await session.execute(insert(DepartureRecord).values(**values))
    record = TenantRecord
    await session.execute(update(record).where(record.id == departure.id).values(erasing_at=departure.begun_at))
    await session.execute(_CLOSE_DOORS, {"tenant": departure.id})


async def instant(session: Session) -> datetime:
    """Returns the server's own instant, with which it says when transactions began."""
    found: datetime = (await session.execute(_NOW)).scalar_one()
    return found


async def under_way(session: Session, *, since: datetime) -> int:
    """Counts the transactions of the application that began by an instant of the server and have not ended."""
    return int((await session.execute(_UNDER_WAY, {"since": since})).scalar_one())


async def stand_in(session: Session, tenant_id: UUID, *, at: datetime) -> None:
    """Lets rows of an administration that has left be erased; `forget_administration` undoes it before the commit."""
    await session.execute(_STAND_IN, {"tenant": tenant_id, "at": at})


async def departure(session: Session, tenant_id: UUID) -> Departure | None:
    row = (await session.execute(select(DepartureRecord).where(DepartureRecord.id == tenant_id))).scalar_one_or_none()
    return _departure(row) if row else None


async def departures(session: Session) -> list[Departure]:
    """Returns what stays of every administration that left or is leaving; the transaction has none of its own."""
    rows = (await session.execute(select(DepartureRecord).order_by(DepartureRecord.begun_at))).scalars()
    return [_departure(row) for row in rows]


async def is_there(session: Session, tenant_id: UUID) -> bool:
    """Whether the administration itself still stands: it goes last, with what was left of its rows."""
    return (await session.execute(select(TenantRecord.id).where(TenantRecord.id == tenant_id))).first() is not None


async def lock(session: Session, tenant_id: UUID) -> None:
    """Makes whoever would write for an administration, or through one of its channels, wait for the transaction's end.

    PostgreSQL holds the row that a foreign key names: nothing new names these meanwhile, and nothing can afterwards.
    """
    await session.execute(select(TenantRecord.id).where(TenantRecord.id == tenant_id).with_for_update())
    await session.execute(_LOCK_DOORS, {"tenant": tenant_id})


async def erase_some(session: Session, tenant_id: UUID, table: str, *, most: int, counted: bool = True) -> int:
    """Erases some rows of a table and counts them in the certificate, in one transaction; returns how many.

    Returns none where one of them was named just now by a row that arrived: another round takes that row first.
    """
    try:
        async with session.begin_nested():
            gone = int((await session.execute(_ERASE, {"table": table, "most": most})).scalar_one())
    except IntegrityError:
        return 0
    if gone and counted:
        await session.execute(_COUNT, {"tenant": tenant_id, "table": table, "gone": gone})
    return gone


async def count_pieces(session: Session, tenant_id: UUID, gone: int) -> None:
    record = DepartureRecord
    await session.execute(update(record).where(record.id == tenant_id).values(pieces=record.pieces + gone))


async def forget_jobs(session: Session, tenant_id: UUID) -> None:
    await session.execute(_FORGET_JOBS, {"tenant": str(tenant_id)})


async def forget_administration(session: Session, tenant_id: UUID) -> None:
    await session.execute(delete(TenantRecord).where(TenantRecord.id == tenant_id))


async def finish(session: Session, tenant_id: UUID, *, certificate: str, at: datetime) -> None:
    record = DepartureRecord
    statement = update(record).where(record.id == tenant_id)
    await session.execute(statement.values(certificate=certificate, finished_at=at))


def _departure(row: DepartureRecord) -> Departure:
    return Departure(**{name: getattr(row, name) for name in Departure.__slots__})
