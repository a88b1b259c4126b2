"""Where an answer to a visitor leaves: in the conversation while they are there, else to the address they left."""

from dataclasses import dataclass, replace
from uuid import UUID

from app.channels.contract import PointKind
from app.channels.service import Channels
from app.chat import repository
from app.chat.values import Conversation
from app.clock import Clock
from app.contacts import service as contacts
from app.db.transaction import Session
from app.exchanges.carrying import Carrier
from app.exchanges.composing import Composer, NoWayOut, Planned
from app.exchanges.freezing import Draft, Freezer
from app.facts import Actor
from app.tickets.service import Tickets
from app.tickets.values import Ticket

CHAT = "chat"
NO_PAGE = (
    "cette discussion ne s'est pas tenue sur une page de la maison : répondez par un autre moyen de contact, ou depuis le "
    "site où elle a eu lieu"
)


@dataclass(frozen=True, slots=True)
class Way:
    """How an answer would leave if nobody chose: on the page, to the address left (`left_to`), or as the request says.

    Whoever wrote while nobody answered live asked for an e-mail, and is answered by e-mail, there or not: `by_mail`.
    """

    conversation: Conversation
    by_mail: bool
    left_to: UUID | None


class AttentiveComposer(Composer):
    """A composer that knows whether a visitor is still there. Whoever chooses an address is obeyed."""

    def __init__(self, channels: Channels, tickets: Tickets, carrier: Carrier, freezer: Freezer, clock: Clock) -> None:
        super().__init__(channels, tickets, carrier, freezer, clock)
        self._thread_of, self._now = tickets.thread, clock

    async def plan(self, session: Session, tenant_id: UUID, ticket: Ticket, draft: Draft, *, actor: Actor) -> Planned:
        if (
            draft.to_point_id is None
            and (way := await self.way(session, tenant_id, ticket)) is not None
            and way.left_to
        ):
            draft = replace(draft, to_point_id=way.left_to, left=way.left_to)
        planned = await super().plan(session, tenant_id, ticket, draft, actor=actor)
        if planned.prepared.channel.type == CHAT and await repository.of_ticket(session, tenant_id, ticket.id) is None:
            raise NoWayOut(NO_PAGE)
        return planned

    async def way(self, session: Session, tenant_id: UUID, ticket: Ticket) -> Way | None:
        """Returns how a visitor would be answered; None where no conversation is, or where several people wrote."""
        if ticket.channel_type != CHAT or ticket.merged_into is not None:
            return None
        conversation = await repository.of_ticket(session, tenant_id, ticket.id)
        if conversation is None:
            return None
        thread = await self._thread_of(session, tenant_id, ticket.id)
        authors = await contacts.points(session, tenant_id, {m.point_id for m in thread if m.point_id is not None})
        if any(point.contact_id != ticket.contact_id for point in authors.values()):
            return None
        here = conversation.here(self._now())
        present = authors.get(ticket.point_id) if ticket.point_id else None
        by_chat = present is not None and present.kind == PointKind.CHAT
        left_to = conversation.email_point_id if by_chat and not here else None
        return Way(conversation, by_mail=not by_chat or left_to is not None, left_to=left_to)
