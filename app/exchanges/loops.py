"""Every SQL statement about correspondents whose machine seems to answer our own messages."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import case, delete, func, null, select, update
from sqlalchemy.dialects.postgresql import insert

from app.db.transaction import Session
from app.exchanges.loop_tables import LoopRecord

HOUR = timedelta(hours=1)


async def weigh(
    session: Session, tenant_id: UUID, channel_id: UUID, weights: Mapping[str, int], *, now: datetime, enough: int
) -> int:
    """Adds to what weighs on some addresses since an hour; returns how many have just become suspect."""
    record = LoopRecord
    rows = [
        {
            "tenant_id": tenant_id,
            "address_digest": _digest(address),
            "channel_id": channel_id,
            "weight": weight,
            "since_at": now,
            "last_at": now,
        }
        for address, weight in sorted(weights.items())
    ]
    added = insert(record).values(rows)
    over = record.since_at < now - HOUR
    statement = added.on_conflict_do_update(
        index_elements=["tenant_id", "address_digest"],
        set_={
            "weight": case((over, added.excluded.weight), else_=record.weight + added.excluded.weight),
            "since_at": case((over, added.excluded.since_at), else_=record.since_at),
            "last_at": added.excluded.last_at,
            "told_at": case((over, null()), else_=record.told_at),
        },
    )
    await session.execute(statement)
    suspect = update(record).where(
        record.tenant_id == tenant_id,
        record.address_digest.in_([row["address_digest"] for row in rows]),
        record.weight >= enough,
        record.told_at.is_(None),
    )
    found = await session.execute(suspect.values(told_at=now).returning(record.address_digest))
    return len(found.all())


async def told(session: Session, tenant_id: UUID) -> int:
    """Counts the correspondents that are suspect at present."""
    query = select(func.count()).where(LoopRecord.tenant_id == tenant_id, LoopRecord.told_at.is_not(None))
    return int((await session.execute(query)).scalar_one())


async def forget(session: Session, tenant_id: UUID, *, before: datetime) -> None:
    """Forgets those that have been quiet since."""
    await session.execute(delete(LoopRecord).where(LoopRecord.tenant_id == tenant_id, LoopRecord.last_at < before))


def _digest(address: str) -> str:
    return hashlib.sha256(address.encode()).hexdigest()
