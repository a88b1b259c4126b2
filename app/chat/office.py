"""Everything about live conversations, joined; what doors and screens are handed."""

from dataclasses import dataclass
from uuid import UUID

from app.chat import repository
from app.chat.availability import Availability
from app.chat.conversing import Conversing
from app.chat.elsewhere import AttentiveComposer
from app.chat.entering import Entrance
from app.chat.listening import Listening
from app.chat.repository import Waiting
from app.chat.tidying import Tidying
from app.chat.transcripts import Transcripts
from app.chat.values import Conversation, Line
from app.db.transaction import Session

MOST_SHOWN = 100


@dataclass(frozen=True, kw_only=True)
class Chat:
    """The office of live conversations."""

    entrance: Entrance
    availability: Availability
    conversing: Conversing
    composer: AttentiveComposer
    transcripts: Transcripts
    tidying: Tidying
    listening: Listening

    async def of_ticket(self, session: Session, tenant_id: UUID, ticket_id: UUID) -> Conversation | None:
        """Returns the conversation of a request, the one spoken in last where it has several."""
        return await repository.of_ticket(session, tenant_id, ticket_id)

    async def conversation(self, session: Session, tenant_id: UUID, conversation_id: UUID) -> Conversation | None:
        return await repository.find(session, tenant_id, conversation_id)

    async def lines(self, session: Session, tenant_id: UUID, conversation_id: UUID, *, after: int) -> list[Line]:
        """Returns the lines after a number, 500 at most."""
        return await repository.lines(session, tenant_id, conversation_id, after=after)

    async def waiting(self, session: Session, tenant_id: UUID) -> list[Waiting]:
        """Returns the open conversations, those spoken in last first."""
        return await repository.waiting(session, tenant_id, limit=MOST_SHOWN)
