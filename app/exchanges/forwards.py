"""Every SQL statement about reports handed over to a partner: their numbers there, and the status last told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, update

from app.channels.tables import ChannelRecord
from app.db.bulk import insert_rows
from app.db.transaction import Session
from app.exchanges.outbox import OutState
from app.exchanges.tables import OutboundRecord, ReportForwardRecord

ASK_AGAIN = timedelta(minutes=15)
MOST_ASKED = 100
# What a partner says of a report that nothing more will happen to.
OVER = frozenset({"closed", "fixed", "no_further_action", "duplicate", "not_councils_responsibility"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Forward:
    """A report handed over. `number` is the partner's, or `token:…` until it has one; `status` its own word."""

    id: UUID
    ticket_id: UUID
    channel_id: UUID
    partner: str
    outbound_id: UUID
    state: OutState
    service_code: str
    number: str | None
    status: str | None
    notes: str | None
    told_at: datetime | None
    made_at: datetime
    made_by: str

    @property
    def failed(self) -> bool:
        return self.state in {OutState.FAILED, OutState.BOUNCED, OutState.ABANDONED}


async def add(session: Session, row: Mapping[str, Any]) -> None:
    await insert_rows(session, ReportForwardRecord, [row])


async def of_ticket(session: Session, tenant_id: UUID, ticket_id: UUID) -> list[Forward]:
    """Returns what was handed over of a ticket, the first one first, with how far each went."""
    record, channel, outbound = ReportForwardRecord, ChannelRecord, OutboundRecord
    query = (
        select(record, channel.name, outbound.state, outbound.external_id)
        .join(channel, (channel.tenant_id == record.tenant_id) & (channel.id == record.channel_id))
        .join(outbound, (outbound.tenant_id == record.tenant_id) & (outbound.id == record.outbound_id))
        .where(record.tenant_id == tenant_id, record.ticket_id == ticket_id)
        .order_by(record.id)
    )
    return [
        Forward(
            id=row.id,
            ticket_id=row.ticket_id,
            channel_id=row.channel_id,
            partner=name,
            outbound_id=row.outbound_id,
            state=OutState(state),
            service_code=row.service_code,
            number=row.number or external_id,
            status=row.status,
            notes=row.notes,
            told_at=row.told_at,
            made_at=row.made_at,
            made_by=row.made_by,
        )
        for row, name, state, external_id in await session.execute(query)
    ]


async def due(session: Session, tenant_id: UUID, *, now: datetime) -> dict[UUID, list[str]]:
    """Returns the names to ask for, by channel, and notes that they are being asked for."""
    record, outbound = ReportForwardRecord, OutboundRecord
    named = (
        select(record.id, record.channel_id, record.number, outbound.external_id)
        .join(outbound, (outbound.tenant_id == record.tenant_id) & (outbound.id == record.outbound_id))
        .where(
            record.tenant_id == tenant_id,
            outbound.external_id.is_not(None),
            outbound.state.in_([OutState.ACCEPTED.value, OutState.DELIVERED.value]),
            record.status.is_(None) | record.status.not_in(sorted(OVER)),
            record.asked_at.is_(None) | (record.asked_at <= now - ASK_AGAIN),
        )
        .order_by(record.asked_at.nulls_first(), record.id)
        .limit(MOST_ASKED)
        .with_for_update(of=record, skip_locked=True)
    )
    rows = (await session.execute(named)).all()
    if rows:
        asked = update(record).where(record.tenant_id == tenant_id, record.id.in_([row.id for row in rows]))
        await session.execute(asked.values(asked_at=now))
    found: dict[UUID, list[str]] = {}
    for row in rows:
        found.setdefault(row.channel_id, []).append(row.number or row.external_id or "")
    return found


async def told(
    session: Session,
    tenant_id: UUID,
    channel_id: UUID,
    names: Sequence[str],
    values: Mapping[str, Any],
    *,
    at: datetime | None,
) -> list[tuple[UUID, UUID]]:
    """Writes what a partner says of a report known by one of these names; returns its sending and its ticket when it is news.

    A word older than the last one changes nothing: what is told may come in any order. Without an instant it has no age.
    """
    record, outbound = ReportForwardRecord, OutboundRecord
    ours = select(outbound.id).where(
        outbound.tenant_id == tenant_id, outbound.channel_id == channel_id, outbound.external_id.in_(list(names))
    )
    news = [getattr(record, name).is_distinct_from(value) for name, value in values.items()]
    query = (
        update(record)
        .where(
            record.tenant_id == tenant_id,
            record.channel_id == channel_id,
            record.number.in_(list(names)) | record.outbound_id.in_(ours),
            or_(*news),
        )
        .values(**values)
    )
    if at is not None:
        query = query.where(record.told_at.is_(None) | (record.told_at <= at)).values(told_at=at)
    rows = await session.execute(query.returning(record.outbound_id, record.ticket_id))
    return [(row.outbound_id, row.ticket_id) for row in rows]


async def known(session: Session, tenant_id: UUID, channel_id: UUID, names: Sequence[str]) -> set[str]:
    """Returns which of these numbers are reports we handed over."""
    record, outbound = ReportForwardRecord, OutboundRecord
    numbered = select(record.number).where(
        record.tenant_id == tenant_id, record.channel_id == channel_id, record.number.in_(list(names))
    )
    sent = select(outbound.external_id).where(
        outbound.tenant_id == tenant_id, outbound.channel_id == channel_id, outbound.external_id.in_(list(names))
    )
    return {name for name in (await session.execute(numbered.union(sent))).scalars() if name}
