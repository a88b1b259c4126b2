"""Every SQL statement about messages that leave together: a statement a table, whatever their number."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, text, tuple_

from app.channels.contract import DeliveryStatus, Outcome, Sent
from app.db.bulk import insert_rows, update_rows
from app.db.transaction import Session
from app.exchanges import outbox
from app.exchanges.outbox import Outbound
from app.exchanges.receipts import RANK
from app.exchanges.tables import AttemptRecord, DeliveryUpdateRecord
from app.ids import new_id

_LEASE = text(
    "UPDATE outbound o SET state = 'sending', attempts = o.attempts + 1, version = o.version + 1, "
    "lease_until = CAST(:now AS timestamptz) + CAST(:lease AS interval) * due.turn "
    "FROM (SELECT id, (row_number() OVER (ORDER BY id) - 1) / :at_once + 1 AS turn FROM "
    "(SELECT id FROM outbound WHERE tenant_id = :tenant AND id = ANY(:ids) AND state = 'frozen' "
    "AND next_attempt_at <= :now ORDER BY id FOR UPDATE SKIP LOCKED) locked) due "
    "WHERE o.tenant_id = :tenant AND o.id = due.id RETURNING o.id"
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


async def lease(
    session: Session, tenant_id: UUID, ids: Sequence[UUID], *, now: datetime, lease: timedelta, at_once: int
) -> list[Outbound]:
    """Leases those that are frozen and due, each for as long as its turn may take to come; the others are left alone."""
    asked = {"tenant": tenant_id, "ids": list(ids), "now": now, "lease": lease, "at_once": at_once}
    leased = list((await session.execute(_LEASE, asked)).scalars())
    return await outbox.some(session, tenant_id, leased)


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
