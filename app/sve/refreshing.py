"""Keeping the legal face's last word beside each ticket, so that every list is one query."""

from collections.abc import Collection
from uuid import UUID

from app.db.transaction import Session
from app.sve import repository
from app.tickets.service import Tickets
from app.tickets.values import Standing


class Refresher:
    """Copies the most urgent open saisine of each ticket onto the ticket."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets

    async def tickets(self, session: Session, tenant_id: UUID, ticket_ids: Collection[UUID]) -> None:
        ids = sorted(ticket_ids)
        found = {one.ticket_id: one for one in await repository.urgencies(session, tenant_id, ids)}
        standings = [
            Standing(ticket_id, found[ticket_id].risk, found[ticket_id].term_on, found[ticket_id].alert_on)
            if ticket_id in found
            else Standing(ticket_id, "none", None, None)
            for ticket_id in ids
        ]
        await self._tickets.set_standings(session, tenant_id, standings)
