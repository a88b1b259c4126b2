"""Every SQL statement about connected channels."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from app.channels.secrecy import bound
from app.channels.tables import ChannelAliasRecord, ChannelRecord
from app.db.bulk import insert_rows
from app.db.transaction import Session
from app.errors import Conflict
from app.ids import new_id
from app.rest.languages import Said
from app.vault.columns import SealedColumn

SEALED = SealedColumn(name="channels", record=ChannelRecord, bound_to=bound)

_ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended(:word, 0))")


class NameTaken(Conflict):
    """Another channel of the administration has that name."""

    code = "channel-name-taken"
    title_fr = "Un autre canal porte déjà ce nom"
    title_en = "Another channel already has this name"
    advice = Said("choisissez un autre nom, ou renommez l'autre canal", en="choose another name, or rename the other")


async def by_presented(session: Session, presented: str) -> ChannelRecord | None:
    """Finds the channel whose key or address was presented: policies show that row alone."""
    query = select(ChannelRecord).where(or_(ChannelRecord.key == presented, ChannelRecord.address == presented))
    return (await session.execute(query)).scalar_one_or_none()


async def by_alias(session: Session, presented: str) -> tuple[UUID, UUID] | None:
    """Finds the tenant and the channel that declared an address as another of its own: policies show that row alone."""
    record = ChannelAliasRecord
    query = select(record.tenant_id, record.channel_id).where(record.address == presented)
    row = (await session.execute(query)).first()
    return (row.tenant_id, row.channel_id) if row else None


async def declare(session: Session, tenant_id: UUID, channel_id: UUID, addresses: Sequence[str]) -> list[str]:
    """Keeps the other addresses of a channel, and those alone; returns the ones that are somebody else's."""
    record = ChannelAliasRecord
    await session.execute(delete(record).where(record.tenant_id == tenant_id, record.channel_id == channel_id))
    rows = [
        {"tenant_id": tenant_id, "id": new_id(), "channel_id": channel_id, "address": one}
        for one in dict.fromkeys(addresses)
    ]
    written = await insert_rows(session, record, rows, skip_conflicts=True, returning=("address",))
    kept = {row.address for row in written}
    return sorted(one for one in set(addresses) if one not in kept)


async def by_id(session: Session, tenant_id: UUID, channel_id: UUID) -> ChannelRecord | None:
    query = select(ChannelRecord).where(ChannelRecord.tenant_id == tenant_id, ChannelRecord.id == channel_id)
    return (await session.execute(query)).scalar_one_or_none()


async def all_of(session: Session, tenant_id: UUID) -> Sequence[ChannelRecord]:
    query = select(ChannelRecord).where(ChannelRecord.tenant_id == tenant_id, ChannelRecord.removed_at.is_(None))
    query = query.order_by(ChannelRecord.id).limit(1000)
    return (await session.execute(query)).scalars().all()


async def to_poll(session: Session, tenant_id: UUID, *, now: datetime) -> Sequence[UUID]:
    """Returns the sources to ask now. One in trouble is asked too: its trouble may be with sending alone."""
    query = select(ChannelRecord.id).where(
        ChannelRecord.tenant_id == tenant_id, ChannelRecord.poll_at <= now, ChannelRecord.state != "paused"
    )
    return (await session.execute(query)).scalars().all()


async def page(session: Session, tenant_id: UUID, *, after: UUID | None, limit: int) -> Sequence[ChannelRecord]:
    """Returns a page of connected channels, in the order they were."""
    query = select(ChannelRecord).where(ChannelRecord.tenant_id == tenant_id, ChannelRecord.removed_at.is_(None))
    if after is not None:
        query = query.where(ChannelRecord.id > after)
    return (await session.execute(query.order_by(ChannelRecord.id).limit(limit))).scalars().all()


async def one_at_a_time(session: Session, tenant_id: UUID, word: str) -> None:
    """Waits until nobody else of this administration connects the same; lasts as long as the transaction."""
    await session.execute(_ALONE, {"word": f"channel:{tenant_id}:{word}"})


async def add(session: Session, values: Mapping[str, Any]) -> bool:
    """Adds a channel; says whether its key, name and address were free."""
    statement = insert(ChannelRecord).values(**values).on_conflict_do_nothing().returning(ChannelRecord.id)
    return (await session.execute(statement)).first() is not None


async def change(
    session: Session, tenant_id: UUID, channel_id: UUID, values: Mapping[str, Any], *, version: int | None = None
) -> bool:
    """Updates a channel, if it still has the given version; says whether a row was changed. Raises `NameTaken`."""
    query = update(ChannelRecord).where(ChannelRecord.tenant_id == tenant_id, ChannelRecord.id == channel_id)
    if version is not None:
        query = query.where(ChannelRecord.version == version)
        values = {**values, "version": version + 1}
    try:
        return (await session.execute(query.values(**values).returning(ChannelRecord.id))).first() is not None
    except IntegrityError as error:
        if "uq_channels_tenant_id_name" not in str(error.orig):
            raise
        raise NameTaken(NameTaken.advice) from error


async def readdress(session: Session, tenant_id: UUID, channel_id: UUID, address: str) -> bool:
    """Gives a channel another public address; says whether it was free."""
    try:
        async with session.begin_nested():
            return await change(session, tenant_id, channel_id, {"address": address})
    except IntegrityError:
        return False


async def to_check(session: Session, tenant_id: UUID, *, now: datetime) -> Sequence[UUID]:
    """Returns the channels whose live test is due."""
    query = select(ChannelRecord.id).where(ChannelRecord.tenant_id == tenant_id, ChannelRecord.check_at <= now)
    return (await session.execute(query.limit(100))).scalars().all()


async def take_check(session: Session, tenant_id: UUID, channel_id: UUID, *, now: datetime, again: datetime) -> bool:
    """Takes the live test of a channel that is due, and sets the next; says whether it still was."""
    statement = (
        update(ChannelRecord)
        .where(ChannelRecord.tenant_id == tenant_id, ChannelRecord.id == channel_id, ChannelRecord.check_at <= now)
        .values(check_at=again)
        .returning(ChannelRecord.id)
    )
    return (await session.execute(statement)).first() is not None


async def in_need(session: Session, tenant_id: UUID) -> Sequence[tuple[str, bool]]:
    """Returns the channels that wait for an administrator: name, and whether their credentials are refused."""
    record = ChannelRecord
    query = (
        select(record.name, record.state == "needs_reauth")
        .where(
            record.tenant_id == tenant_id,
            record.removed_at.is_(None),
            record.state != "paused",
            or_(
                record.state.in_(("needs_reauth", "broken")),
                record.expiry_told.is_not(None),
                record.silent_since.is_not(None),
            ),
        )
        .order_by(record.id)
        .limit(21)
    )
    return [(row[0], row[1]) for row in await session.execute(query)]


async def forget_aliases(session: Session, tenant_id: UUID, channel_id: UUID) -> None:
    record = ChannelAliasRecord
    await session.execute(delete(record).where(record.tenant_id == tenant_id, record.channel_id == channel_id))


async def address_holder(session: Session, tenant_id: UUID, *, name: str, address: str | None) -> str | None:
    """Returns the name of this administration's channel that holds a name or an address."""
    record = ChannelRecord
    held = record.name == name if address is None else or_(record.address == address, record.name == name)
    query = select(record.name).where(record.tenant_id == tenant_id, held).order_by(record.name == name).limit(1)
    return (await session.execute(query)).scalar_one_or_none()


async def own_addresses(session: Session, tenant_id: UUID) -> set[str]:
    """Returns every address an administration's channels answer to, in mail and by telephone."""
    record = ChannelRecord
    query = select(record.address, record.config).where(record.tenant_id == tenant_id)
    found: set[object] = set()
    for address, config in await session.execute(query):
        found |= {address, config.get("address"), config.get("sender"), *(config.get("aliases") or ())}
    return {one for one in found if isinstance(one, str) and one}
