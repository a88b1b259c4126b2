"""Every SQL statement of evidence that no package below has for itself. Only read, each for one administration."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.db.transaction import Session

Row = Mapping[str, Any]

_INSTANTS = text(
    "SELECT id, claimed_raw, provider_at, processed_at FROM messages WHERE tenant_id = :tenant AND id = ANY(:ids)"
)
_RECEPTIONS = text(
    "SELECT id, channel_id, door, method, url, headers, envelope, sha256, size, remote, verified, claimed_at, "
    "provider_at, received_at, processed_at, state, reason, message_id FROM receptions "
    "WHERE tenant_id = :tenant AND id = ANY(:ids) ORDER BY received_at, id"
)
_RAW = text("SELECT raw FROM receptions WHERE tenant_id = :tenant AND id = :id")
_ATTEMPTS = text(
    "SELECT outbound_id, number, started_at, ended_at, outcome, detail FROM outbound_attempts "
    "WHERE tenant_id = :tenant AND outbound_id = ANY(:ids) ORDER BY outbound_id, number"
)
_UPDATES = text(
    "SELECT outbound_id, reception_id, status, reason, occurred_at, at FROM delivery_updates "
    "WHERE tenant_id = :tenant AND outbound_id = ANY(:ids) ORDER BY outbound_id, id"
)
_ALERTS = text(
    "SELECT id, threshold, alert_on, due_on, late, raised_at, acknowledged_at, acknowledged_by, escalated_at "
    "FROM alerts WHERE tenant_id = :tenant AND saisine_id = :saisine ORDER BY raised_at, id"
)
_RECOMPUTED = text(
    "SELECT c.id, c.reason, c.rules_version, c.actor, c.started_at, r.before, r.after FROM recomputed r "
    "JOIN recomputations c ON c.tenant_id = r.tenant_id AND c.id = r.recomputation_id "
    "WHERE r.tenant_id = :tenant AND r.saisine_id = :saisine AND NOT c.dry_run ORDER BY c.started_at, c.id"
)
_JOINED = text(
    "SELECT s.id, s.message_id, t.reference, s.ordinal, s.received_at FROM saisines s "
    "JOIN tickets t ON t.tenant_id = s.tenant_id AND t.id = s.ticket_id "
    "WHERE s.tenant_id = :tenant AND s.joined_to = :saisine ORDER BY s.id"
)
_NAMES = text("SELECT 'key:' || id AS label, name FROM api_keys WHERE tenant_id = :tenant")
_CHANNELS = text("SELECT id, type, name, address FROM channels WHERE tenant_id = :tenant AND id = ANY(:ids)")


async def instants(session: Session, tenant_id: UUID, message_ids: Sequence[UUID]) -> Mapping[UUID, Row]:
    """Returns what a thread does not show of its messages: the date as claimed, the provider's, when it was read."""
    return {row["id"]: row for row in await _rows(session, _INSTANTS, tenant_id, ids=list(message_ids))}


async def receptions(session: Session, tenant_id: UUID, ids: Sequence[UUID]) -> Sequence[Row]:
    """Returns deliveries without their bytes, oldest first."""
    return await _rows(session, _RECEPTIONS, tenant_id, ids=list(ids))


async def raw(session: Session, tenant_id: UUID, reception_id: UUID) -> bytes:
    """Returns the bytes of one delivery."""
    found = await session.execute(_RAW, {"tenant": tenant_id, "id": reception_id})
    return bytes(found.scalar_one())


async def attempts(session: Session, tenant_id: UUID, outbound_ids: Sequence[UUID]) -> Sequence[Row]:
    return await _rows(session, _ATTEMPTS, tenant_id, ids=list(outbound_ids))


async def updates(session: Session, tenant_id: UUID, outbound_ids: Sequence[UUID]) -> Sequence[Row]:
    """Returns what providers reported of what left."""
    return await _rows(session, _UPDATES, tenant_id, ids=list(outbound_ids))


async def alerts(session: Session, tenant_id: UUID, saisine_id: UUID) -> Sequence[Row]:
    return await _rows(session, _ALERTS, tenant_id, saisine=saisine_id)


async def recomputed(session: Session, tenant_id: UUID, saisine_id: UUID) -> Sequence[Row]:
    """Returns what recomputations changed of a clock."""
    return await _rows(session, _RECOMPUTED, tenant_id, saisine=saisine_id)


async def joined(session: Session, tenant_id: UUID, saisine_id: UUID) -> Sequence[Row]:
    """Returns the saisines of the same request that came by another way."""
    return await _rows(session, _JOINED, tenant_id, saisine=saisine_id)


async def names(session: Session, tenant_id: UUID) -> Mapping[str, str]:
    """Returns the names that keys were given, by the label their acts bear."""
    return {row["label"]: row["name"] for row in await _rows(session, _NAMES, tenant_id)}


async def channels(session: Session, tenant_id: UUID, ids: Sequence[UUID]) -> Sequence[Row]:
    return await _rows(session, _CHANNELS, tenant_id, ids=list(ids))


async def _rows(session: Session, statement: Any, tenant_id: UUID, **asked: object) -> Sequence[Row]:
    return [dict(row) for row in (await session.execute(statement, {"tenant": tenant_id, **asked})).mappings()]
