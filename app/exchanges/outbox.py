"""Every SQL statement about what leaves: frozen envelopes, attempts, reports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, or_, select, tuple_, update

from app.channels.contract import Outcome
from app.db.bulk import insert_rows
from app.db.transaction import Session
from app.exchanges.tables import AttemptRecord, LaneRecord, OutboundRecord
from app.ids import new_id


class OutState(StrEnum):
    """The life of an outgoing message. `accepted` is committed before anything else follows."""

    FROZEN = "frozen"
    SENDING = "sending"
    ACCEPTED = "accepted"
    UNKNOWN = "unknown"  # bytes left, no answer came: a person decides
    FAILED = "failed"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    ABANDONED = "abandoned"


class Priority(IntEnum):
    """What goes before what in one channel; an integer, so that the database can order by it."""

    BULK = 0  # information nobody asked for
    REPLY = 1
    LEGAL = 2  # acknowledgements and letters: a term may depend on them


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbound:
    """One message to one recipient; `request` is the whole frozen envelope and body.

    Of a long text, `parts_sent` parts were accepted, one after the other; `names` are the provider's ids when there is
    more than one. `asked` counts the questions to the provider about a lost answer.
    """

    tenant_id: UUID
    id: UUID
    channel_id: UUID
    ticket_id: UUID
    message_id: UUID
    purpose: str
    priority: int
    recipient_address: str
    recipient: Mapping[str, Any]
    request: Mapping[str, Any] = field(repr=False)
    digest: str
    state: OutState
    status_rank: int
    external_id: str | None
    names: Sequence[str] | None
    parts_sent: int
    attempts: int
    asked: int
    next_attempt_at: datetime | None
    lease_until: datetime | None
    detail: str | None
    delayed_at: datetime | None
    report_code: str | None
    frozen_at: datetime
    give_up_at: datetime
    settled_at: datetime | None
    resolved: Mapping[str, Any] | None
    version: int

    @property
    def parts(self) -> Sequence[str]:
        """The texts it leaves as, in order: one, unless the channel cannot carry it whole."""
        return self.request.get("parts") or (self.request["text"],)


async def freeze(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    await insert_rows(session, OutboundRecord, rows)


async def find(session: Session, tenant_id: UUID, outbound_id: UUID, *, lock: bool = False) -> Outbound | None:
    query = select(OutboundRecord).where(OutboundRecord.tenant_id == tenant_id, OutboundRecord.id == outbound_id)
    row = (await session.execute(query.with_for_update() if lock else query)).scalar_one_or_none()
    return value_of(row) if row else None


async def some(session: Session, tenant_id: UUID, ids: Sequence[UUID]) -> list[Outbound]:
    """Returns those that exist among some messages, in the order they were frozen."""
    record = OutboundRecord
    query = select(record).where(record.tenant_id == tenant_id, record.id.in_(ids)).order_by(record.id)
    return [value_of(row) for row in (await session.execute(query)).scalars()]


async def of_ticket(session: Session, tenant_id: UUID, ticket_id: UUID) -> list[Outbound]:
    record = OutboundRecord
    query = select(record).where(record.tenant_id == tenant_id, record.ticket_id == ticket_id).order_by(record.id)
    return [value_of(row) for row in (await session.execute(query)).scalars()]


async def history(
    session: Session,
    tenant_id: UUID,
    ticket_id: UUID,
    *,
    after: tuple[datetime, UUID] | None,
    limit: int,
    backwards: bool = False,
) -> list[tuple[datetime, Outbound]]:
    """Returns a page of what left for a ticket, by the instant its present state is known from, oldest first, or newest."""
    record = OutboundRecord
    at = func.coalesce(record.settled_at, record.frozen_at)
    query = select(at, record).where(record.tenant_id == tenant_id, record.ticket_id == ticket_id)
    place = tuple_(at, record.id)
    if after is not None:
        query = query.where(place < after if backwards else place > after)
    order = (at.desc(), record.id.desc()) if backwards else (at, record.id)
    rows = await session.execute(query.order_by(*order).limit(limit))
    return [(row[0], value_of(row[1])) for row in rows]


async def in_states(
    session: Session,
    tenant_id: UUID,
    states: Sequence[str],
    *,
    after: UUID | None,
    limit: int,
    channels: Sequence[UUID] | None = None,
) -> list[Outbound]:
    """Returns a page of the outbox, newest first; of some channels when they are named."""
    record = OutboundRecord
    query = select(record).where(record.tenant_id == tenant_id)
    if states:
        query = query.where(record.state.in_(states))
    if channels is not None:
        query = query.where(record.channel_id.in_(channels))
    if after is not None:
        query = query.where(record.id < after)
    rows = await session.execute(query.order_by(record.id.desc()).limit(limit))
    return [value_of(row) for row in rows.scalars()]


async def ended(
    session: Session,
    tenant_id: UUID,
    states: Sequence[str],
    *,
    channel_id: UUID | None,
    since: datetime | None,
    limit: int,
    until: datetime | None = None,
) -> list[Outbound]:
    """Returns what ended in some states, the oldest first."""
    record = OutboundRecord
    query = select(record).where(record.tenant_id == tenant_id, record.state.in_(states))
    if channel_id is not None:
        query = query.where(record.channel_id == channel_id)
    if since is not None:
        query = query.where(record.settled_at >= since)
    if until is not None:
        query = query.where(record.settled_at <= until)
    return [value_of(row) for row in (await session.execute(query.order_by(record.id).limit(limit))).scalars()]


async def due(session: Session, tenant_id: UUID, *, now: datetime, limit: int) -> list[UUID]:
    """Returns what should have left: frozen and due, or held by a worker whose lease ran out."""
    record = OutboundRecord
    query = select(record.id).where(
        record.tenant_id == tenant_id,
        or_(
            (record.state == OutState.FROZEN.value) & (record.next_attempt_at <= now),
            (record.state == OutState.SENDING.value) & (record.lease_until <= now),
        ),
    )
    return list((await session.execute(query.order_by(record.next_attempt_at).limit(limit))).scalars())


async def lanes_due(session: Session, tenant_id: UUID, *, now: datetime) -> list[UUID]:
    """Returns the channels that have something to do now: to send, to take over, or to ask; not those held back."""
    record, lane = OutboundRecord, LaneRecord
    query = (
        select(record.channel_id)
        .distinct()
        .outerjoin(lane, (lane.tenant_id == record.tenant_id) & (lane.channel_id == record.channel_id))
        .where(record.tenant_id == tenant_id)
        .where(
            or_(
                (record.state == OutState.FROZEN.value)
                & (record.next_attempt_at <= now)
                & or_(lane.held_until.is_(None), lane.held_until <= now, record.give_up_at <= now),
                (record.state == OutState.SENDING.value) & (record.lease_until <= now),
                (record.state == OutState.UNKNOWN.value) & (record.next_attempt_at <= now),
            )
        )
    )
    return list((await session.execute(query)).scalars())


async def move(session: Session, outbound: Outbound, values: Mapping[str, Any]) -> None:
    record = OutboundRecord
    await session.execute(
        update(record)
        .where(record.tenant_id == outbound.tenant_id, record.id == outbound.id)
        .values(**values, version=record.version + 1)
    )


async def give_up(
    session: Session, tenant_id: UUID, outbound_ids: Sequence[UUID], *, detail: str, at: datetime
) -> None:
    """Ends messages that have not left, and will not."""
    record = OutboundRecord
    await session.execute(
        update(record)
        .where(record.tenant_id == tenant_id, record.id.in_(list(outbound_ids)))
        .values(
            state=OutState.ABANDONED.value,
            detail=detail,
            settled_at=at,
            next_attempt_at=None,
            version=record.version + 1,
        )
    )


async def waiting_for(session: Session, tenant_id: UUID, point_ids: Sequence[UUID]) -> list[Outbound]:
    """Locks and returns what has not left yet for some contact points."""
    record = OutboundRecord
    query = select(record).where(
        record.tenant_id == tenant_id,
        record.state == OutState.FROZEN.value,
        record.recipient["point_id"].astext.in_([str(one) for one in point_ids]),
    )
    return [value_of(row) for row in (await session.execute(query.order_by(record.id).with_for_update())).scalars()]


async def doubt_all(session: Session, tenant_id: UUID, *, at: datetime, detail: str) -> int:
    """Puts in doubt everything not known to have left: a person decides of each. Returns how many."""
    record = OutboundRecord
    pending = update(record).where(
        record.tenant_id == tenant_id, record.state.in_([OutState.FROZEN.value, OutState.SENDING.value])
    )
    doubted = pending.values(
        state=OutState.UNKNOWN.value,
        settled_at=at,
        next_attempt_at=None,
        lease_until=None,
        detail=detail,
        version=record.version + 1,
    ).returning(record.id)
    count = len((await session.execute(doubted)).all())
    # Nor is a mail in doubt tried again by itself under its own Message-ID.
    await session.execute(
        update(record)
        .where(record.tenant_id == tenant_id, record.state == OutState.UNKNOWN.value)
        .values(next_attempt_at=None)
    )
    return count


async def begin_attempt(session: Session, outbound: Outbound, *, at: datetime) -> UUID:
    """Writes an attempt before its bytes leave."""
    attempt_id = new_id()
    await session.execute(
        insert(AttemptRecord).values(
            tenant_id=outbound.tenant_id,
            id=attempt_id,
            outbound_id=outbound.id,
            number=outbound.attempts + 1,
            started_at=at,
        )
    )
    return attempt_id


async def end_attempt(
    session: Session, tenant_id: UUID, attempt_id: UUID, *, outcome: str, detail: str | None, at: datetime
) -> None:
    record = AttemptRecord
    await session.execute(
        update(record)
        .where(record.tenant_id == tenant_id, record.id == attempt_id)
        .values(ended_at=at, outcome=outcome, detail=detail)
    )


async def doubtful_attempts(session: Session, outbound: Outbound) -> int:
    """Counts the attempts that may have left a copy nobody knows of: their worker died, or no answer came."""
    record = AttemptRecord
    query = select(func.count()).where(
        record.tenant_id == outbound.tenant_id,
        record.outbound_id == outbound.id,
        or_(record.ended_at.is_(None), record.outcome == Outcome.UNKNOWN.value),
    )
    return int((await session.execute(query)).scalar_one())


async def attempts_of(session: Session, tenant_id: UUID, outbound_id: UUID) -> list[dict[str, Any]]:
    record = AttemptRecord
    query = (
        select(record.number, record.started_at, record.ended_at, record.outcome, record.detail)
        .where(record.tenant_id == tenant_id, record.outbound_id == outbound_id)
        .order_by(record.number)
    )
    return [dict(row) for row in (await session.execute(query)).mappings()]


async def tries_of(session: Session, tenant_id: UUID, ids: Sequence[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """Returns the attempts of some messages, in order, in one statement."""
    record = AttemptRecord
    query = (
        select(record.outbound_id, record.number, record.started_at, record.ended_at, record.outcome, record.detail)
        .where(record.tenant_id == tenant_id, record.outbound_id.in_(list(ids)))
        .order_by(record.outbound_id, record.number)
    )
    found: dict[UUID, list[dict[str, Any]]] = {}
    for row in (await session.execute(query)).mappings():
        found.setdefault(row["outbound_id"], []).append(dict(row))
    return found


async def frozen_for(
    session: Session, tenant_id: UUID, addresses: Sequence[str], *, purpose: str, since: datetime
) -> dict[str, list[datetime]]:
    """Returns, by address, when messages of one purpose were frozen since an instant: what limits are counted on."""
    record = OutboundRecord
    query = select(record.recipient_address, record.frozen_at).where(
        record.tenant_id == tenant_id,
        record.recipient_address.in_(addresses),
        record.purpose == purpose,
        record.frozen_at >= since,
    )
    found: dict[str, list[datetime]] = {}
    for row in await session.execute(query):
        found.setdefault(row.recipient_address, []).append(row.frozen_at)
    return found


async def answered_in_private(
    session: Session, tenant_id: UUID, channel_id: UUID, address: str, *, named: Sequence[str]
) -> set[str]:
    """Returns those of some public words that were answered in private, or may have been; what failed answered nothing."""
    record = OutboundRecord
    answers = record.request["in_reply_to"].astext
    query = select(answers).where(
        record.tenant_id == tenant_id,
        record.channel_id == channel_id,
        record.recipient_address == address,
        answers.in_(named),
        record.request["public"].astext.is_distinct_from("true"),
        record.state.not_in([OutState.FAILED.value, OutState.BOUNCED.value, OutState.ABANDONED.value]),
    )
    return set((await session.execute(query)).scalars())


def value_of(row: OutboundRecord) -> Outbound:
    """Returns a row as the value everybody else reads."""
    names = [column.name for column in OutboundRecord.__table__.columns]
    return Outbound(**{**{name: getattr(row, name) for name in names}, "state": OutState(row.state)})
