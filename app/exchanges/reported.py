"""Every SQL statement about what providers report of our messages, and which message a report speaks of."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import column, func, insert, select, table

from app.db.transaction import Session
from app.exchanges.outbox import Outbound, OutState, value_of
from app.exchanges.tables import AttemptRecord, DeliveryUpdateRecord, OutboundRecord

# Channels are another package's table: they are only named here, so that it stays one statement.
_CHANNELS = table("channels", column("tenant_id"), column("id"), column("type"))


async def by_external_id(
    session: Session, tenant_id: UUID, channel_id: UUID, external_id: str, *, lock: bool = True
) -> Outbound | None:
    record = OutboundRecord
    for named in (record.external_id == external_id, record.names.contains([external_id])):
        query = select(record).where(record.tenant_id == tenant_id, record.channel_id == channel_id, named)
        query = query.order_by(record.id.desc()).limit(1)
        row = (await session.execute(query.with_for_update() if lock else query)).scalar_one_or_none()
        if row is not None:
            return value_of(row)
    return None


async def mail_named(session: Session, tenant_id: UUID, names: Sequence[str]) -> Outbound | None:
    """Locks and returns the mail that left under one of these Message-IDs, by whatever mail channel."""
    record = OutboundRecord
    mails = select(_CHANNELS.c.id).where(_CHANNELS.c.tenant_id == tenant_id, _CHANNELS.c.type.like("email%"))
    query = select(record).where(
        record.tenant_id == tenant_id, record.channel_id.in_(mails), record.external_id.in_(list(names))
    )
    query = query.order_by(record.id.desc()).limit(1).with_for_update()
    row = (await session.execute(query)).scalar_one_or_none()
    return value_of(row) if row else None


async def add_update(session: Session, row: Mapping[str, Any]) -> None:
    await session.execute(insert(DeliveryUpdateRecord).values(**row))


async def reports_of(session: Session, tenant_id: UUID, ids: Sequence[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """Returns what providers reported of some messages, in the order it came, in one statement."""
    record = DeliveryUpdateRecord
    query = (
        select(record.outbound_id, record.status, record.reason, record.at)
        .where(record.tenant_id == tenant_id, record.outbound_id.in_(list(ids)))
        .order_by(record.id)
    )
    found: dict[UUID, list[dict[str, Any]]] = {}
    for row in (await session.execute(query)).mappings():
        found.setdefault(row["outbound_id"], []).append(dict(row))
    return found


async def updates_on(session: Session, outbound: Outbound, external_id: str) -> list[tuple[str, str | None]]:
    """Returns what was reported since the present attempt began: older reports speak of an older sending."""
    record, attempt = DeliveryUpdateRecord, AttemptRecord
    began = (
        select(func.max(attempt.started_at))
        .where(attempt.tenant_id == outbound.tenant_id, attempt.outbound_id == outbound.id)
        .where(attempt.number == outbound.attempts)
        .scalar_subquery()
    )
    query = select(record.status, record.reason).where(
        record.tenant_id == outbound.tenant_id,
        record.channel_id == outbound.channel_id,
        record.reports_on == external_id,
        record.at >= began,
    )
    return [(row.status, row.reason) for row in await session.execute(query.order_by(record.id))]


async def all_reached(session: Session, outbound: Outbound) -> bool:
    """Whether every SMS, or part, that a message left as was reported to have reached its recipient."""
    record = DeliveryUpdateRecord
    query = select(func.count(record.reports_on.distinct())).where(
        record.tenant_id == outbound.tenant_id,
        record.channel_id == outbound.channel_id,
        record.reports_on.in_(list(outbound.names or ())),
        record.status.in_(["delivered", "read"]),
    )
    return int((await session.execute(query)).scalar_one()) >= len(outbound.names or ())


async def sent_to(
    session: Session, tenant_id: UUID, channel_id: UUID, address: str, *, until: datetime
) -> list[Outbound]:
    """Returns what was accepted for a recipient up to an instant: a watermark speaks of all of it."""
    record = OutboundRecord
    query = select(record).where(
        record.tenant_id == tenant_id,
        record.channel_id == channel_id,
        record.recipient_address == address,
        record.frozen_at <= until,
        record.state.in_([OutState.ACCEPTED.value, OutState.DELIVERED.value]),
    )
    return [value_of(row) for row in (await session.execute(query.limit(100))).scalars()]
