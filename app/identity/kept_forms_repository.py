"""Every SQL statement about forms kept while their writer proves who they are."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from app.db.transaction import Session
from app.identity.tables import KeptFormRecord


async def keep(session: Session, tenant_id: UUID, user_id: UUID, sealed: bytes, *, at: datetime) -> None:
    """Keeps one form a person; the former is forgotten."""
    record = KeptFormRecord
    first = insert(record).values(tenant_id=tenant_id, user_id=user_id, sealed=sealed, at=at)
    written = {"sealed": sealed, "at": at}
    await session.execute(first.on_conflict_do_update(index_elements=["tenant_id", "user_id"], set_=written))


async def take(session: Session, tenant_id: UUID, user_id: UUID, *, since: datetime) -> bytes | None:
    """Returns what was kept of a person, and forgets it; None for nothing, or something older."""
    record = KeptFormRecord
    query = delete(record).where(record.tenant_id == tenant_id, record.user_id == user_id)
    row = (await session.execute(query.returning(record.sealed, record.at))).one_or_none()
    return row.sealed if row is not None and row.at >= since else None
