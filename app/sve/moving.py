"""Every SQL statement that lets the legal face follow messages from one ticket to another: a statement a table.

Nothing here touches a date: what moves is where a clock is shown, never what it says.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from app.db.transaction import Session

# Duties, then saisines, then tickets: the order in which acknowledgements that left are noted.
_LOCK_DUTIES = text(
    "SELECT id FROM duties WHERE tenant_id = :tenant AND ticket_id = ANY(:tickets) ORDER BY id FOR UPDATE"
)
_LOCK_SAISINES = text(
    "SELECT id FROM saisines WHERE tenant_id = :tenant AND ticket_id = ANY(:tickets) ORDER BY id FOR UPDATE"
)
_SAISINES = text(
    "UPDATE saisines SET ticket_id = :to, version = version + 1 "
    "WHERE tenant_id = :tenant AND message_id = ANY(:messages) RETURNING id, message_id"
)
_DUTIES = text(
    "UPDATE duties SET ticket_id = :to WHERE tenant_id = :tenant AND message_id = ANY(:messages) RETURNING id, message_id"
)
_ALERTS = text(
    "UPDATE alerts SET ticket_id = :to WHERE tenant_id = :tenant AND saisine_id = ANY(:saisines) RETURNING id, saisine_id"
)
_LETTERS = text(
    "UPDATE letters SET ticket_id = :to WHERE tenant_id = :tenant AND saisine_id = ANY(:saisines) RETURNING id, saisine_id"
)

# A message that leaves takes with it until when its own author may be answered.
_WINDOWS = text(
    "INSERT INTO reply_windows (tenant_id, ticket_id, channel_id, opened_at, closes_at, warn_at) "
    "SELECT w.tenant_id, CAST(:to AS uuid), w.channel_id, m.last, m.last + (w.closes_at - w.opened_at), "
    "m.last + (w.warn_at - w.opened_at) FROM reply_windows w CROSS JOIN LATERAL "
    "(SELECT max(received_at) AS last FROM messages WHERE tenant_id = w.tenant_id AND ticket_id = :to "
    "AND channel_id = w.channel_id AND direction = 'in') m "
    "WHERE w.tenant_id = :tenant AND w.ticket_id = :of AND m.last IS NOT NULL ON CONFLICT DO NOTHING"
)
_OPEN = text(
    "SELECT ticket_id, count(*) AS number FROM saisines WHERE tenant_id = :tenant AND ticket_id = ANY(:tickets) "
    "AND closed_at IS NULL GROUP BY ticket_id"
)


async def open_saisines(session: Session, tenant_id: UUID, ticket_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Counts the saisines of tickets that nothing has ended."""
    rows = await session.execute(_OPEN, {"tenant": tenant_id, "tickets": list(ticket_ids)})
    return {row.ticket_id: row.number for row in rows}


async def lock(session: Session, tenant_id: UUID, ticket_ids: Sequence[UUID]) -> None:
    """Keeps the watch, agents and the deliverer from the clocks of tickets, in their own order of locks."""
    asked = {"tenant": tenant_id, "tickets": list(ticket_ids)}
    await session.execute(_LOCK_DUTIES, asked)
    await session.execute(_LOCK_SAISINES, asked)


async def part_windows(session: Session, tenant_id: UUID, *, of: UUID, to: UUID) -> None:
    """Opens for a ticket split from another the window its own messages opened, where a provider sets one."""
    await session.execute(_WINDOWS, {"tenant": tenant_id, "of": of, "to": to})


async def follow(
    session: Session, tenant_id: UUID, message_ids: Sequence[UUID], *, to: UUID
) -> dict[str, dict[UUID, UUID]]:
    """Takes all that hangs on messages to the ticket they are in; returns what went, by kind, each with its message.

    The alerts and the letters of a saisine go with it, those made since a former move as well.
    """
    asked = {"tenant": tenant_id, "messages": list(message_ids), "to": to}
    saisines = {row.id: row.message_id for row in await session.execute(_SAISINES, asked)}
    duties = {row.id: row.message_id for row in await session.execute(_DUTIES, asked)}
    theirs = {"tenant": tenant_id, "saisines": list(saisines), "to": to}
    alerts = {row.id: saisines[row.saisine_id] for row in await session.execute(_ALERTS, theirs)}
    letters = {row.id: saisines[row.saisine_id] for row in await session.execute(_LETTERS, theirs)}
    return {"saisines": saisines, "duties": duties, "alerts": alerts, "letters": letters}
