"""Every SQL statement that lets what left, and what arrived, follow messages from one ticket to another."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from app.db.transaction import Session

_LOCK = text("SELECT id FROM outbound WHERE tenant_id = :tenant AND ticket_id = ANY(:tickets) ORDER BY id FOR UPDATE")
_OUTBOUND = text(
    "UPDATE outbound SET ticket_id = :to, version = version + 1 "
    "WHERE tenant_id = :tenant AND ticket_id = ANY(:tickets) AND message_id = ANY(:messages) RETURNING id, message_id"
)
_RECEPTIONS = text(
    "UPDATE receptions r SET ticket_id = :to FROM messages m WHERE m.tenant_id = :tenant AND m.id = ANY(:messages) "
    "AND r.tenant_id = m.tenant_id AND r.id = m.reception_id AND r.message_id = m.id"
)
_ANSWERS = text(
    "SELECT message_id FROM outbound o WHERE o.tenant_id = :tenant AND o.ticket_id = :ticket "
    "AND (o.request ->> 'about' = ANY(:names) OR o.id IN (SELECT l.outbound_id FROM letters l "
    "JOIN saisines s ON s.tenant_id = l.tenant_id AND s.id = l.saisine_id "
    "WHERE l.tenant_id = :tenant AND s.message_id = ANY(:messages)))"
)


async def lock(session: Session, tenant_id: UUID, ticket_ids: Sequence[UUID]) -> None:
    """Keeps the deliverer from noting what became of what leaves for tickets."""
    await session.execute(_LOCK, {"tenant": tenant_id, "tickets": list(ticket_ids)})


async def follow(
    session: Session, tenant_id: UUID, message_ids: Sequence[UUID], *, of: Sequence[UUID], to: UUID
) -> dict[UUID, UUID]:
    """Takes what left as these messages, and the receipts of those that arrived, to their ticket; returns what left."""
    asked = {"tenant": tenant_id, "messages": list(message_ids), "tickets": list(of), "to": to}
    moved = {row.id: row.message_id for row in await session.execute(_OUTBOUND, asked)}
    await session.execute(_RECEPTIONS, asked)
    return moved


async def answers_to(session: Session, tenant_id: UUID, ticket_id: UUID, message_ids: Sequence[UUID]) -> set[UUID]:
    """Returns our own messages of a ticket that acknowledge these, or carried a letter about their saisines."""
    ids = list(message_ids)
    asked = {"tenant": tenant_id, "ticket": ticket_id, "messages": ids, "names": [str(one) for one in ids]}
    return set((await session.execute(_ANSWERS, asked)).scalars())
