"""Every SQL statement about data keys."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from app.db.transaction import Session
from app.vault.tables import DataKeyRecord

_EVERYWHERE = text("SELECT tenant_id, master, many FROM data_key_masters()")


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A data key as it is kept."""

    id: UUID
    wrapped: bytes
    master: str
    retired_at: datetime | None


async def all_of(session: Session, tenant_id: UUID) -> Sequence[Wrapped]:
    """Returns an administration's data keys, the oldest first."""
    record = DataKeyRecord
    query = select(record.id, record.wrapped, record.master, record.retired_at).where(record.tenant_id == tenant_id)
    return [Wrapped(*row) for row in await session.execute(query.order_by(record.made_at, record.id))]


async def present(session: Session, tenant_id: UUID) -> Wrapped | None:
    """Returns the key that seals, held until the transaction ends: it cannot be retired before what it seals is kept."""
    record = DataKeyRecord
    query = (
        select(record.id, record.wrapped, record.master, record.retired_at)
        .where(record.tenant_id == tenant_id, record.retired_at.is_(None))
        .with_for_update(read=True)
    )
    row = (await session.execute(query)).one_or_none()
    return Wrapped(*row) if row else None


async def add(session: Session, values: Mapping[str, Any]) -> None:
    """Keeps a present key, unless somebody made one at the same time: theirs stands."""
    await session.execute(insert(DataKeyRecord).values(**values).on_conflict_do_nothing())


async def retire(session: Session, tenant_id: UUID, *, at: datetime) -> bool:
    """Takes the pen from the present key; waits for whoever is sealing with it."""
    record = DataKeyRecord
    statement = update(record).where(record.tenant_id == tenant_id, record.retired_at.is_(None)).values(retired_at=at)
    return (await session.execute(statement.returning(record.id))).first() is not None


async def rewrap(session: Session, tenant_id: UUID, key_id: UUID, *, wrapped: bytes, master: str) -> None:
    record = DataKeyRecord
    statement = update(record).where(record.tenant_id == tenant_id, record.id == key_id)
    await session.execute(statement.values(wrapped=wrapped, master=master))


async def forget(session: Session, tenant_id: UUID, key_id: UUID, *, retired_before: datetime) -> bool:
    """Destroys a key that was retired long enough ago; says whether it was."""
    record = DataKeyRecord
    statement = delete(record).where(
        record.tenant_id == tenant_id, record.id == key_id, record.retired_at < retired_before
    )
    return (await session.execute(statement.returning(record.id))).first() is not None


async def destroy(session: Session, tenant_id: UUID) -> int:
    """Destroys every data key of an administration; returns how many."""
    record = DataKeyRecord
    statement = delete(record).where(record.tenant_id == tenant_id).returning(record.id)
    return len((await session.execute(statement)).all())


async def everywhere(session: Session) -> Sequence[tuple[UUID, str, int]]:
    """Returns, of every administration, how many data keys each master key wraps; closed ones too."""
    return [(row.tenant_id, row.master, row.many) for row in await session.execute(_EVERYWHERE)]


async def masters(session: Session, tenant_id: UUID) -> Mapping[str, int]:
    """Returns how many data keys each master key wraps."""
    record = DataKeyRecord
    query = select(record.master, func.count()).where(record.tenant_id == tenant_id).group_by(record.master)
    return {row[0]: row[1] for row in await session.execute(query)}
