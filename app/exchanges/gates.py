"""Every SQL statement about what holds departures back: the lane of each channel, the pace of each recipient."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from app.db.transaction import Session
from app.exchanges.breaker import RESTORED_UNTIL, Lane, LaneState
from app.exchanges.tables import LaneRecord, OutboundRecord, PaceRecord
from app.tenants import repository as tenants

_PACES = text(
    "INSERT INTO recipient_paces (tenant_id, channel_id, recipient, free_at) "
    "SELECT :tenant, :channel, one.recipient, one.free_at "
    "FROM unnest(CAST(:recipients AS text[]), CAST(:instants AS timestamptz[])) AS one(recipient, free_at) "
    "ON CONFLICT (tenant_id, channel_id, recipient) DO UPDATE SET free_at = EXCLUDED.free_at"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """What waits to leave by one channel, and what holds it back."""

    channel_id: UUID
    lane: Lane
    waiting: int
    oldest_at: datetime | None


async def lane(session: Session, tenant_id: UUID, channel_id: UUID) -> Lane:
    """Locks and returns a channel's lane: whoever lets messages through it does so alone.

    A stop is the administration's: a channel made since, which it could not know, is stopped here.
    """
    record = LaneRecord
    query = (
        select(record, tenants.held_because(tenant_id))
        .where(record.tenant_id == tenant_id, record.channel_id == channel_id)
        .with_for_update(of=record)
    )
    found = (await session.execute(query)).one_or_none()
    if found is None:
        blank = {"tenant_id": tenant_id, "channel_id": channel_id, "failures": 0, "openings": 0}
        made = insert(record).values(**blank, state=LaneState.FLOWING.value).on_conflict_do_nothing()
        await session.execute(made)
        found = (await session.execute(query)).one()
    row, held = found
    if held is None or row.state == LaneState.RESTORED.value:
        return _lane(row)
    stopped = Lane(state=LaneState.RESTORED, held_until=RESTORED_UNTIL, reason=held, free_at=row.free_at)
    await keep(session, tenant_id, channel_id, stopped)
    return stopped


async def keep(session: Session, tenant_id: UUID, channel_id: UUID, lane: Lane) -> None:
    record = LaneRecord
    await session.execute(
        update(record)
        .where(record.tenant_id == tenant_id, record.channel_id == channel_id)
        .values(
            state=lane.state.value,
            failures=lane.failures,
            failing_since=lane.failing_since,
            openings=lane.openings,
            held_until=lane.held_until,
            reason=lane.reason,
            free_at=lane.free_at,
        )
    )


async def paces(session: Session, tenant_id: UUID, channel_id: UUID, recipients: Sequence[str]) -> dict[str, datetime]:
    """Returns when each of some recipients is free; those nobody wrote to lately are absent."""
    record = PaceRecord
    query = select(record.recipient, record.free_at).where(
        record.tenant_id == tenant_id, record.channel_id == channel_id, record.recipient.in_(recipients)
    )
    return {row.recipient: row.free_at for row in await session.execute(query)}


async def keep_paces(session: Session, tenant_id: UUID, channel_id: UUID, free: Mapping[str, datetime]) -> None:
    if free:
        names = sorted(free)
        given = {"tenant": tenant_id, "channel": channel_id, "recipients": names}
        await session.execute(_PACES, {**given, "instants": [free[name] for name in names]})


async def forget_paces(session: Session, tenant_id: UUID, *, before: datetime) -> None:
    """Forgets the recipients who may be written to freely again."""
    record = PaceRecord
    await session.execute(delete(record).where(record.tenant_id == tenant_id, record.free_at < before))


async def queues(session: Session, tenant_id: UUID) -> list[Queue]:
    """Returns every channel that has something waiting or that is held back, the longest waiting first."""
    lanes = {
        row.channel_id: _lane(row)
        for row in (await session.execute(select(LaneRecord).where(LaneRecord.tenant_id == tenant_id))).scalars()
    }
    record = OutboundRecord
    counted = (
        select(record.channel_id, func.count().label("waiting"), func.min(record.frozen_at).label("oldest_at"))
        .where(record.tenant_id == tenant_id, record.state.in_(["frozen", "sending"]))
        .group_by(record.channel_id)
    )
    waiting = {row.channel_id: (row.waiting, row.oldest_at) for row in await session.execute(counted)}
    held = {channel_id for channel_id, one in lanes.items() if one.state is not LaneState.FLOWING or one.held_until}
    found = [
        Queue(channel_id=one, lane=lanes.get(one, Lane()), waiting=count, oldest_at=oldest)
        for one in waiting.keys() | held
        for count, oldest in [waiting.get(one, (0, None))]
    ]
    return sorted(found, key=lambda one: (one.oldest_at is None, one.oldest_at, str(one.channel_id)))


async def restored(session: Session, tenant_id: UUID) -> str | None:
    """Returns why nothing leaves since the data came back from a backup; None in a house that sends."""
    record = LaneRecord
    lane = select(func.coalesce(record.reason, "")).where(
        record.tenant_id == tenant_id, record.state == LaneState.RESTORED.value
    )
    found = func.coalesce(lane.limit(1).scalar_subquery(), tenants.held_because(tenant_id))
    told: str | None = (await session.execute(select(found))).scalar_one()
    return told


async def close(session: Session, tenant_id: UUID, channel_ids: Sequence[UUID], *, reason: str) -> None:
    """Stops what leaves, by some channels and by none (webhooks), until somebody says that it may leave again."""
    await tenants.hold_outgoing(session, tenant_id, reason=reason)
    if not channel_ids:
        return
    stopped = {
        "state": LaneState.RESTORED.value,
        "failures": 0,
        "openings": 0,
        "failing_since": None,
        "held_until": RESTORED_UNTIL,
        "reason": reason,
    }
    rows = [{"tenant_id": tenant_id, "channel_id": one, **stopped} for one in channel_ids]
    made = insert(LaneRecord).values(rows)
    await session.execute(made.on_conflict_do_update(index_elements=["tenant_id", "channel_id"], set_=stopped))


async def reopen(session: Session, tenant_id: UUID) -> list[UUID] | None:
    """Lets every channel that a restore stopped send again; returns them, None when nothing was stopped."""
    record, held = LaneRecord, await tenants.free_outgoing(session, tenant_id)
    query = (
        update(record)
        .where(record.tenant_id == tenant_id, record.state == LaneState.RESTORED.value)
        .values(state=LaneState.FLOWING.value, failures=0, failing_since=None, openings=0, held_until=None, reason=None)
        .returning(record.channel_id)
    )
    reopened = sorted((await session.execute(query)).scalars())
    return reopened if reopened or held else None


def _lane(row: LaneRecord) -> Lane:
    return Lane(
        state=LaneState(row.state),
        failures=row.failures,
        failing_since=row.failing_since,
        openings=row.openings,
        held_until=row.held_until,
        reason=row.reason,
        free_at=row.free_at,
    )
