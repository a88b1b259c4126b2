"""Every SQL statement that finds what the same person asked besides, to join or to tell a double."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from app.db.transaction import Session
from app.sve.values import Saisine

MOST = 50
# Tickets are another package's table: they only name what is found here.
_NEIGHBOURS = text(
    "SELECT s.id, s.ticket_id, t.reference, t.subject, s.received_at, s.closed_at, s.joined_to "
    "FROM tickets t JOIN saisines s ON s.tenant_id = t.tenant_id AND s.ticket_id = t.id "
    "WHERE t.tenant_id = :tenant AND (t.id = :ticket OR t.contact_id = "
    "(SELECT contact_id FROM tickets WHERE tenant_id = :tenant AND id = :ticket)) "
    "ORDER BY s.received_at DESC, s.id DESC LIMIT :most"
)
_NAMED = text(
    "SELECT s.id, s.ticket_id, t.reference, t.subject, s.received_at, s.closed_at, s.joined_to "
    "FROM saisines s JOIN tickets t ON t.tenant_id = s.tenant_id AND t.id = s.ticket_id "
    "WHERE s.tenant_id = :tenant AND s.id = ANY(:saisines)"
)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A saisine and the request it is shown in."""

    id: UUID
    ticket_id: UUID
    reference: str
    subject: str
    received_at: datetime
    closed_at: datetime | None
    joined_to: UUID | None

    def may_take_in(self, later: Saisine) -> bool:
        """Whether another saisine, received later, may be said to be the same request as this one."""
        before = (self.received_at, self.id) < (later.received_at, later.id)
        return before and self.closed_at is None and self.joined_to is None


async def of_ticket(session: Session, tenant_id: UUID, ticket_id: UUID) -> list[Neighbour]:
    """Returns the saisines of a ticket and of the others of the same person, the latest first."""
    rows = await session.execute(_NEIGHBOURS, {"tenant": tenant_id, "ticket": ticket_id, "most": MOST})
    return [Neighbour(*row) for row in rows]


async def named(session: Session, tenant_id: UUID, saisine_ids: Sequence[UUID]) -> dict[UUID, Neighbour]:
    """Returns some saisines with the request each is shown in."""
    if not saisine_ids:
        return {}
    rows = await session.execute(_NAMED, {"tenant": tenant_id, "saisines": list(saisine_ids)})
    return {row.id: Neighbour(*row) for row in rows}
