"""Every SQL statement of what waited and may leave now: a provider takes a channel again, an administration is back."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Interval, func, literal, select, update

from app.channels.facts import ChannelReauthenticated
from app.db.transaction import Session
from app.exchanges.breaker import LaneState
from app.exchanges.freezing import wake_up
from app.exchanges.outbox import OutState
from app.exchanges.tables import LaneRecord, OutboundRecord
from app.jobs import queue
from app.tenants.facts import TenantResumed

_WAITING = (OutState.FROZEN.value, OutState.SENDING.value)


async def heard(session: Session, facts: Sequence[ChannelReauthenticated]) -> None:
    """Opens the lanes of channels that work again and makes their queues due, in the transaction that says so."""
    for fact in facts:
        lane, message = LaneRecord, OutboundRecord
        await session.execute(
            update(lane)
            .where(lane.tenant_id == fact.tenant_id, lane.channel_id == fact.subject_id)
            .where(lane.state != LaneState.RESTORED.value)  # keys that work again say nothing of what has already left
            .values(
                state=LaneState.FLOWING.value,
                failures=0,
                failing_since=None,
                openings=0,
                held_until=None,
                reason=None,
            )
        )
        await session.execute(
            update(message)
            .where(
                message.tenant_id == fact.tenant_id,
                message.channel_id == fact.subject_id,
                message.state == OutState.FROZEN.value,
                message.next_attempt_at > fact.at,
            )
            .values(next_attempt_at=fact.at)
        )
        await queue.defer(session, wake_up(fact.tenant_id, fact.subject_id))


async def resumed(session: Session, facts: Sequence[TenantResumed]) -> None:
    """Lets what a suspension held back leave in its order: no delay runs out for the time nothing could leave."""
    for fact in facts:
        message, waited = OutboundRecord, fact.at - fact.since
        rows = await session.execute(
            update(message)
            .where(message.tenant_id == fact.tenant_id, message.state == OutState.FROZEN.value)
            .where(message.purpose != "code")  # a code lasts as long as it says, whatever happens
            .values(give_up_at=message.give_up_at + literal(waited, Interval))
            .returning(message.channel_id)
        )
        channels = sorted({row.channel_id for row in rows})
        await queue.defer(session, *(wake_up(fact.tenant_id, channel_id) for channel_id in channels))


async def waiting(session: Session, tenant_id: UUID, channel_id: UUID) -> int:
    """Returns how many messages still wait to leave by a channel."""
    message = OutboundRecord
    query = select(func.count()).where(
        message.tenant_id == tenant_id, message.channel_id == channel_id, message.state.in_(_WAITING)
    )
    return int((await session.execute(query)).scalar_one())
