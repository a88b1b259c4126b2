"""Links between requests: said once, read from both sides, never across somebody's sight."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from app.clock import Clock
from app.db.transaction import Session
from app.errors import Flaw, Invalid, NotFound
from app.facts import Actor, FactBook
from app.ids import new_id
from app.rest.languages import Said
from app.tickets import link_repository, repository
from app.tickets.filing_facts import TicketLinked, TicketUnlinked
from app.tickets.link_values import MOST, Link, LinkKind, ends, refuse
from app.tickets.moves import require_living
from app.tickets.service import Tickets
from app.tickets.values import Ticket


class Links:
    """What requests have to do with one another; nothing of their clocks depends on it."""

    def __init__(self, tickets: Tickets, book: FactBook, clock: Clock) -> None:
        self._tickets, self._book, self._clock = tickets, book, clock

    async def page(
        self, session: Session, tenant_id: UUID, ticket_id: UUID, *, after: UUID | None, limit: int
    ) -> tuple[Sequence[Link], Mapping[UUID, Ticket]]:
        """Returns links of a request and the requests at their other ends. Raises `NotFound`."""
        await self._tickets.get(session, tenant_id, ticket_id)
        found = await link_repository.page(session, tenant_id, [ticket_id], after=after, limit=limit)
        return found, await self._tickets.some(session, tenant_id, [link.other(ticket_id) for link in found])

    async def make(
        self, session: Session, tenant_id: UUID, ticket_id: UUID, other_id: UUID, *, kind: LinkKind, actor: Actor
    ) -> tuple[Link, Ticket]:
        """Links a request to another, both held in one order everywhere; returns the link and the other.

        Raises `NotFound`, `MergedElsewhere`, `AlreadyLinked`, `TooManyLinks`, or `Invalid` for another that is the same
        or unknown: one beyond the sight of who asks is unknown.
        """
        both = await repository.tickets(session, tenant_id, [ticket_id, other_id], lock=True)
        if ticket_id not in both:
            raise NotFound
        if ticket_id == other_id:
            raise _not_another(Said("une autre demande est attendue", en="another ticket is expected"), code="same")
        if other_id not in both:
            raise _not_another(Said("demande inconnue", en="unknown ticket"), code="unknown")
        for ticket in both.values():
            require_living(ticket)
        known = await link_repository.page(session, tenant_id, [ticket_id, other_id], after=None, limit=2 * MOST)
        refuse(kind, ticket_id, other_id, known)
        source_id, target_id = ends(kind, ticket_id, other_id)
        link = Link(
            id=new_id(), kind=kind, source_id=source_id, target_id=target_id, actor=actor.label, at=self._clock()
        )
        row = {
            "tenant_id": tenant_id,
            "id": link.id,
            "kind": kind.value,
            "source_id": source_id,
            "target_id": target_id,
            "actor": link.actor,
            "at": link.at,
        }
        await link_repository.add(session, row)
        await self._tell(session, tenant_id, link, TicketLinked, actor=actor)
        return link, both[other_id]

    async def remove(self, session: Session, tenant_id: UUID, ticket_id: UUID, link_id: UUID, *, actor: Actor) -> None:
        """Takes a link away, from either side. Raises `NotFound`."""
        await self._tickets.get(session, tenant_id, ticket_id)
        link = await link_repository.link(session, tenant_id, link_id)
        if link is None or ticket_id not in {link.source_id, link.target_id}:
            raise NotFound
        if await link_repository.remove(session, tenant_id, link_id):
            await self._tell(session, tenant_id, link, TicketUnlinked, actor=actor)

    async def _tell(
        self, session: Session, tenant_id: UUID, link: Link, kind: type[TicketLinked], *, actor: Actor
    ) -> None:
        # One fact a side, and neither names the other: who sees one of the two hears nothing of the other.
        told = [
            kind(
                tenant_id=tenant_id,
                subject_id=ticket_id,
                at=self._clock(),
                actor=actor,
                link_id=link.id,
                relation=link.relation(ticket_id),
            )
            for ticket_id in (link.source_id, link.target_id)
        ]
        await self._book.record(session, *told)


def _not_another(told: Said, *, code: str) -> Invalid:
    return Invalid(flaws=[Flaw("/ticket_id", code, told)])
