"""Every SQL statement about messages that leave together: a statement a table, whatever their number."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text, tuple_, union_all, update

from app.channels.contract import DeliveryStatus, Outcome, Sent
from app.db.bulk import insert_rows, update_rows
from app.db.transaction import Session
from app.exchanges import outbox
from app.exchanges.course import RANK
from app.exchanges.outbox import Outbound, OutState
from app.exchanges.tables import AttemptRecord, DeliveryUpdateRecord, OutboundRecord
from app.ids import new_id

_LEASE = text(
    "UPDATE outbound o SET state = 'sending', attempts = o.attempts + 1, version = o.version + 1, "
    "lease_until = :until WHERE o.tenant_id = :tenant AND o.id = ANY(CAST(:ids AS uuid[]))"
)
# What somebody is settling at this moment is left to them.
_RENEW = text(
    "UPDATE outbound o SET lease_until = :until FROM (SELECT held.id FROM outbound held "
    "JOIN unnest(CAST(:ids AS uuid[]), CAST(:attempts AS bigint[])) AS ours(id, attempts) USING (id, attempts) "
    "WHERE held.tenant_id = :tenant AND held.state = 'sending' ORDER BY held.id FOR UPDATE OF held SKIP LOCKED) AS mine "
    "WHERE o.tenant_id = :tenant AND o.id = mine.id RETURNING o.id"
)
_ACCEPT = text(
    "UPDATE outbound o SET state = 'accepted', status_rank = :rank, settled_at = :now, next_attempt_at = NULL, "
    "lease_until = NULL, external_id = COALESCE(gone.external_id, o.external_id), detail = gone.detail, "
    "version = o.version + 1 "
    "FROM unnest(CAST(:ids AS uuid[]), CAST(:attempts AS bigint[]), CAST(:external_ids AS text[]), "
    "CAST(:details AS text[])) AS gone(id, attempts, external_id, detail) "
    "WHERE o.tenant_id = :tenant AND o.id = gone.id AND o.state = 'sending' AND o.attempts = gone.attempts "
    "RETURNING o.id"
)


async def due(
    session: Session,
    tenant_id: UUID,
    channel_id: UUID,
    *,
    now: datetime,
    most: int,
    oldest: int,
    among: Sequence[UUID] | None = None,
    purposes: Sequence[str] | None = None,
) -> list[Outbound]:
    """Locks and returns what may leave by a channel now, in its order; what others hold is left to them.

    A long text goes on before another begins; then what matters more goes first, but for `oldest` places kept for those
    who have waited longest, so that nothing waits for ever.
    """
    record = OutboundRecord
    ready = [
        record.tenant_id == tenant_id,
        record.channel_id == channel_id,
        record.state == OutState.FROZEN.value,
        record.next_attempt_at <= now,
    ]
    if among is not None:
        ready.append(record.id.in_(among))
    if purposes is not None:
        ready.append(record.purpose.in_(purposes))
    begun = (record.parts_sent > 0).desc()
    first = select(record.id).where(*ready).order_by(begun, record.priority.desc(), record.next_attempt_at, record.id)
    longest = select(record.id).where(*ready).order_by(record.next_attempt_at, record.id)
    picked = union_all(
        select(first.limit(most - oldest).subquery().c.id), select(longest.limit(oldest).subquery().c.id)
    )
    query = select(record).where(*ready, record.id.in_(picked)).with_for_update(skip_locked=True)
    found = [outbox.value_of(row) for row in (await session.execute(query)).scalars()]
    return sorted(found, key=lambda one: (one.parts_sent == 0, -one.priority, one.next_attempt_at, one.id))


async def lease(session: Session, tenant_id: UUID, chosen: Sequence[Outbound], *, until: datetime) -> list[Outbound]:
    """Leases messages locked before."""
    if not chosen:
        return []
    await session.execute(_LEASE, {"tenant": tenant_id, "ids": [one.id for one in chosen], "until": until})
    return [
        replace(
            one,
            state=OutState.SENDING,
            attempts=one.attempts + 1,
            version=one.version + 1,
            lease_until=until,
        )
        for one in chosen
    ]


async def renew(
    session: Session, tenant_id: UUID, leased: Sequence[Outbound], *, until: datetime
) -> dict[UUID, Outbound]:
    """Goes on holding messages; returns those that are still this worker's."""
    given = {
        "tenant": tenant_id,
        "ids": [one.id for one in leased],
        "attempts": [one.attempts for one in leased],
        "until": until,
    }
    ours = set((await session.execute(_RENEW, given)).scalars())
    return {one.id: replace(one, lease_until=until) for one in leased if one.id in ours}


async def orphans(session: Session, tenant_id: UUID, channel_id: UUID, *, now: datetime, limit: int) -> list[Outbound]:
    """Locks and returns what a worker took and never told of."""
    record = OutboundRecord
    query = select(record).where(
        record.tenant_id == tenant_id,
        record.channel_id == channel_id,
        record.state == OutState.SENDING.value,
        record.lease_until <= now,
    )
    query = query.order_by(record.id).limit(limit).with_for_update(skip_locked=True)
    return [outbox.value_of(row) for row in (await session.execute(query)).scalars()]


async def overdue(session: Session, tenant_id: UUID, channel_id: UUID, *, now: datetime, limit: int) -> list[Outbound]:
    """Locks and returns what has waited for days behind a channel that lets nothing through."""
    record = OutboundRecord
    query = select(record).where(
        record.tenant_id == tenant_id,
        record.channel_id == channel_id,
        record.state == OutState.FROZEN.value,
        record.give_up_at <= now,
    )
    query = query.order_by(record.id).limit(limit).with_for_update(skip_locked=True)
    return [outbox.value_of(row) for row in (await session.execute(query)).scalars()]


async def to_ask(
    session: Session, tenant_id: UUID, channel_id: UUID, *, now: datetime, again_at: datetime, limit: int
) -> list[Outbound]:
    """Takes what a provider is to be asked about; nobody else asks before `again_at`."""
    record = OutboundRecord
    query = select(record).where(
        record.tenant_id == tenant_id,
        record.channel_id == channel_id,
        record.state == OutState.UNKNOWN.value,
        record.next_attempt_at <= now,
    )
    query = query.order_by(record.next_attempt_at).limit(limit).with_for_update(skip_locked=True)
    taken = [outbox.value_of(row) for row in (await session.execute(query)).scalars()]
    if taken:
        await session.execute(
            update(record)
            .where(record.tenant_id == tenant_id, record.id.in_([one.id for one in taken]))
            .values(next_attempt_at=again_at, asked=record.asked + 1)
        )
    return taken


async def postpone(session: Session, tenant_id: UUID, later: Sequence[tuple[Outbound, datetime]], detail: str) -> None:
    """Leaves messages frozen until an instant each, and says why."""
    rows = [{"tenant_id": tenant_id, "id": one.id, "next_attempt_at": at, "detail": detail} for one, at in later]
    await update_rows(session, OutboundRecord, rows)


async def begin_attempts(session: Session, leased: Sequence[Outbound], *, at: datetime) -> dict[UUID, UUID]:
    """Writes an attempt for each before its bytes leave; returns them by message."""
    begun = {message.id: new_id() for message in leased}
    rows = [
        {
            "tenant_id": message.tenant_id,
            "id": begun[message.id],
            "outbound_id": message.id,
            "number": message.attempts,
            "started_at": at,
        }
        for message in leased
    ]
    await insert_rows(session, AttemptRecord, rows)
    return begun


async def accept(
    session: Session, tenant_id: UUID, gone: Sequence[tuple[Outbound, UUID, Sent]], *, at: datetime
) -> set[UUID]:
    """Records that a provider took each message, and closes its attempt; returns those still held by this worker."""
    attempts: list[dict[str, Any]] = [
        {
            "tenant_id": tenant_id,
            "id": attempt_id,
            "ended_at": at,
            "outcome": Outcome.OK.value,
            "detail": sent.detail,
        }
        for _, attempt_id, sent in gone
    ]
    await update_rows(session, AttemptRecord, attempts)
    taken = {
        "tenant": tenant_id,
        "now": at,
        "rank": RANK[DeliveryStatus.ACCEPTED],
        "ids": [message.id for message, _, _ in gone],
        "attempts": [message.attempts for message, _, _ in gone],
        "external_ids": [external_id_of(message, sent) for message, _, sent in gone],
        "details": [sent.detail for _, _, sent in gone],
    }
    return set((await session.execute(_ACCEPT, taken)).scalars())


async def reported_early(session: Session, tenant_id: UUID, names: Sequence[tuple[UUID, str]]) -> set[tuple[UUID, str]]:
    """Returns which (channel, external id) a provider has spoken of before it answered our own request."""
    record = DeliveryUpdateRecord
    query = select(record.channel_id, record.reports_on).where(
        record.tenant_id == tenant_id, tuple_(record.channel_id, record.reports_on).in_(list(names))
    )
    return {(row.channel_id, row.reports_on) for row in await session.execute(query)}


def external_id_of(message: Outbound, sent: Sent) -> str | None:
    return sent.external_ids[0] if sent.external_ids else message.external_id


def is_whole(gone: tuple[Outbound, UUID, Sent]) -> bool:
    """Whether one id and one part are all there is to record, as nearly always; a request for pieces is followed alone."""
    message, _, sent = gone
    return len(message.parts) == 1 and len(sent.external_ids) <= 1 and not message.request.get("asked")
