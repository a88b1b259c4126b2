"""Every SQL statement about the tokens of channels."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.dialects.postgresql import insert

from app.channels.secrecy import token_bound
from app.channels.token_tables import ChannelTokenRecord
from app.db.transaction import Session
from app.vault.columns import SealedColumn

SEALED = SealedColumn(
    name="tokens", record=ChannelTokenRecord, key="channel_id", about="channel_id", bound_to=token_bound
)


async def of(session: Session, tenant_id: UUID, channel_id: UUID) -> ChannelTokenRecord | None:
    """Returns what is kept for a channel, as it stands in the database now."""
    record = ChannelTokenRecord
    query = select(record).where(record.tenant_id == tenant_id, record.channel_id == channel_id)
    found: ChannelTokenRecord | None = (await session.execute(query)).scalar_one_or_none()
    return found


async def take(
    session: Session,
    tenant_id: UUID,
    channel_id: UUID,
    *,
    grant: str,
    version: int,
    known_at: datetime | None,
    now: datetime,
    until: datetime,
) -> bool:
    """Takes the right to ask for the next token; says whether nobody else has it, nor has used it since `known_at`."""
    record = ChannelTokenRecord
    first = (
        insert(record)
        .values(
            tenant_id=tenant_id,
            channel_id=channel_id,
            grant_digest=grant,
            channel_version=version,
            taken_until=until,
            refused=False,
            failures=0,
        )
        .on_conflict_do_nothing()
        .returning(record.channel_id)
    )
    if (await session.execute(first)).first() is not None:
        return True
    taken = (
        update(record)
        .where(
            record.tenant_id == tenant_id,
            record.channel_id == channel_id,
            or_(record.taken_until.is_(None), record.taken_until <= now),
            or_(record.grant_digest != grant, record.obtained_at.is_not_distinct_from(known_at)),
        )
        .values(taken_until=until)
        .returning(record.channel_id)
    )
    return (await session.execute(taken)).first() is not None


async def keep(session: Session, tenant_id: UUID, channel_id: UUID, values: dict[str, Any]) -> None:
    """Writes what came of the asking, and gives the right to ask back."""
    record = ChannelTokenRecord
    statement = update(record).where(record.tenant_id == tenant_id, record.channel_id == channel_id)
    await session.execute(statement.values(taken_until=None, **values))
