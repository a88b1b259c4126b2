"""Every SQL statement that says whose tickets are: given to another person, given back, counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from app.db.transaction import Session

_GIVE = text(
    "UPDATE tickets SET contact_id = :to, version = version + 1 WHERE tenant_id = :tenant AND contact_id = :of "
    "AND (CAST(:ids AS uuid[]) IS NULL OR id = ANY(:ids)) "
    "AND (CAST(:point AS uuid) IS NULL OR point_id = :point) RETURNING id"
)
_USED = text(
    "SELECT EXISTS (SELECT FROM tickets WHERE tenant_id = :tenant AND point_id = :point) "
    "OR EXISTS (SELECT FROM reply_tokens WHERE tenant_id = :tenant AND point_id = :point) "
    "OR EXISTS (SELECT FROM messages WHERE tenant_id = :tenant AND point_id = :point)"
)
_HELD = text(
    "SELECT contact_id, count(*) AS tickets, count(*) FILTER (WHERE status NOT IN ('closed', 'resolved')) AS open "
    "FROM tickets WHERE tenant_id = :tenant AND contact_id = ANY(:contacts) GROUP BY contact_id"
)
_WRITTEN_FROM = text(
    "SELECT count(*) FROM tickets WHERE tenant_id = :tenant AND contact_id = :contact AND point_id = ANY(:points)"
)
_HOLDERS = text(
    "SELECT token, point_id FROM reply_tokens WHERE tenant_id = :tenant AND token = ANY(:tokens) AND revoked_at IS NULL"
)
_LAST_HEARD = text(
    "SELECT m.ticket_id, m.channel_id FROM tickets t JOIN messages m ON m.tenant_id = t.tenant_id AND m.ticket_id = t.id "
    "WHERE t.tenant_id = :tenant AND t.contact_id = :contact AND m.point_id = :point AND m.direction = 'in' "
    "ORDER BY m.received_at DESC, m.id DESC LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class Heard:
    """Where somebody last wrote: the ticket, and the channel that carried it."""

    ticket_id: UUID
    channel_id: UUID


@dataclass(frozen=True, slots=True)
class Held:
    """How many tickets a person has, and how many still live."""

    tickets: int = 0
    open: int = 0


async def give(
    session: Session,
    tenant_id: UUID,
    *,
    of: UUID,
    to: UUID,
    ids: Sequence[UUID] | None = None,
    point_id: UUID | None = None,
) -> list[UUID]:
    """Gives tickets of one person to another: all, those named, or those written from one address; returns them."""
    asked = {"tenant": tenant_id, "of": of, "to": to, "ids": None if ids is None else list(ids), "point": point_id}
    return list((await session.execute(_GIVE, asked)).scalars())


async def used(session: Session, tenant_id: UUID, point_id: UUID) -> bool:
    """Says whether anything was written from an address, or may be answered to it."""
    asked = {"tenant": tenant_id, "point": point_id}
    return bool((await session.execute(_USED, asked)).scalar_one())


async def last_heard(session: Session, tenant_id: UUID, contact_id: UUID, point_id: UUID) -> Heard | None:
    """Returns where a person last wrote from one of their addresses; None when they never did."""
    asked = {"tenant": tenant_id, "contact": contact_id, "point": point_id}
    row = (await session.execute(_LAST_HEARD, asked)).one_or_none()
    return Heard(row.ticket_id, row.channel_id) if row else None


async def held_by(session: Session, tenant_id: UUID, contact_ids: Sequence[UUID]) -> dict[UUID, Held]:
    rows = await session.execute(_HELD, {"tenant": tenant_id, "contacts": list(contact_ids)})
    found = {row.contact_id: Held(row.tickets, row.open) for row in rows}
    return {one: found.get(one, Held()) for one in contact_ids}


async def written_from(session: Session, tenant_id: UUID, contact_id: UUID, point_ids: Sequence[UUID]) -> int:
    """Counts the tickets of a person that were written from these addresses."""
    asked = {"tenant": tenant_id, "contact": contact_id, "points": list(point_ids)}
    return int((await session.execute(_WRITTEN_FROM, asked)).scalar_one())


async def holders_of(session: Session, tenant_id: UUID, tokens: Sequence[str]) -> dict[str, UUID]:
    """Returns the address each reply token was given to; one that was revoked proves nothing."""
    rows = await session.execute(_HOLDERS, {"tenant": tenant_id, "tokens": list(tokens)})
    return {row.token: row.point_id for row in rows}
