"""A ticket's story in one list: what was said, sent and filled in, what the law takes into account, what moved, what was thought of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.db.transaction import Session
from app.exchanges import outbox
from app.exchanges.outbox import Outbound
from app.exchanges.satisfaction import repository as satisfaction
from app.exchanges.satisfaction.values import Opinion
from app.sve.service import LegalFace
from app.sve.values import LegalEvent
from app.tickets import field_changes, moving
from app.tickets.field_changes import FieldsChange
from app.tickets.moves import Move
from app.tickets.service import Tickets
from app.tickets.values import Message

Happening = Message | tuple[UUID, LegalEvent] | Outbound | Move | FieldsChange | Opinion


class StoryOrder(StrEnum):
    """From which end a story is read."""

    OLDEST = "oldest"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened; (`at`, `id`) is its place. A legal event comes with its saisine."""

    at: datetime
    id: UUID
    what: Happening


async def timeline(
    session: Session,
    tenant_id: UUID,
    ticket_id: UUID,
    *,
    tickets: Tickets,
    legal: LegalFace,
    after: tuple[datetime, UUID] | None,
    limit: int,
    order: StoryOrder,
) -> Sequence[Moment]:
    """Returns a page in the order asked for. Of each kind no more is read than the page could hold."""
    back = order is StoryOrder.NEWEST
    said = await tickets.thread_page(session, tenant_id, ticket_id, after=after, limit=limit, backwards=back)
    done = await legal.history(session, tenant_id, ticket_id, after=after, limit=limit, backwards=back)
    sent = await outbox.history(session, tenant_id, ticket_id, after=after, limit=limit, backwards=back)
    moved = await moving.history(session, tenant_id, ticket_id, after=after, limit=limit, backwards=back)
    filled = await field_changes.history(session, tenant_id, ticket_id, after=after, limit=limit, backwards=back)
    thought = await satisfaction.history(session, tenant_id, ticket_id, after=after, backwards=back)
    moments = [Moment(message.received_at, message.id, message) for message in said]
    moments += [Moment(event.at, event.id, (saisine_id, event)) for saisine_id, event in done]
    moments += [Moment(at, outbound.id, outbound) for at, outbound in sent]
    moments += [Moment(move.at, move.id, move) for move in moved]
    moments += [Moment(change.at, change.id, change) for change in filled]
    moments += [Moment(opinion.answered_at, opinion.id, opinion) for opinion in thought]
    return sorted(moments, key=lambda moment: (moment.at, moment.id), reverse=back)[:limit]
