"""Every SQL statement of requests set aside: those whose time has come, and those a warning or a person wakes."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text

from app.db.transaction import Session

# Locked in the order of their ids, as everywhere; one that another transaction holds is looked at in the next round.
_DUE = text(
    "WITH due AS MATERIALIZED (SELECT id, alert_on <= :nearest AS near FROM tickets WHERE tenant_id = :tenant "
    "AND snoozed_at IS NOT NULL AND (snoozed_until_at <= :now OR alert_on <= :nearest) ORDER BY id LIMIT :limit "
    "FOR NO KEY UPDATE SKIP LOCKED) "
    "UPDATE tickets t SET snoozed_at = NULL, snoozed_until_at = NULL, version = t.version + 1 FROM due "
    "WHERE t.tenant_id = :tenant AND t.id = due.id RETURNING t.id, coalesce(due.near, false) AS near"
)
_THESE = text(
    "WITH held AS MATERIALIZED (SELECT id FROM tickets WHERE tenant_id = :tenant AND id = ANY(:ids) "
    "AND snoozed_at IS NOT NULL ORDER BY id FOR NO KEY UPDATE) "
    "UPDATE tickets t SET snoozed_at = NULL, snoozed_until_at = NULL, version = t.version + 1 FROM held "
    "WHERE t.tenant_id = :tenant AND t.id = held.id RETURNING t.id"
)


async def wake_due(
    session: Session, tenant_id: UUID, *, now: datetime, nearest: date, limit: int
) -> Sequence[tuple[UUID, bool]]:
    """Wakes requests whose instant has come, or whose term is no later than `nearest` (said by the second value)."""
    asked = {"tenant": tenant_id, "now": now, "nearest": nearest, "limit": limit}
    return [(row.id, row.near) for row in await session.execute(_DUE, asked)]


async def wake(session: Session, tenant_id: UUID, ticket_ids: Sequence[UUID]) -> Sequence[UUID]:
    """Wakes those of some requests that are set aside; returns them."""
    asked = {"tenant": tenant_id, "ids": list(ticket_ids)}
    return (await session.execute(_THESE, asked)).scalars().all()
