"""Taking messages from one ticket to another with all that hangs on them, while nobody else writes there.

Two means keep the others out. Intake places an administration's messages one batch at a time, and so do moves. What leaves,
what is owed, clocks and tickets are then locked in the order in which everybody locks them: a delivery being noted, an
agent recording an event, the watch and an answer wait, or are waited for, and never in a circle.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from app.db.transaction import Session
from app.errors import NotFound
from app.exchanges import moving as sendings
from app.exchanges import receptions
from app.sve import moving as law
from app.tickets import moving, repository
from app.tickets.values import Ticket

# What went, by kind: each thing with its message.
Went = Mapping[str, Mapping[UUID, UUID]]


async def alone_with(session: Session, tenant_id: UUID, ticket_ids: Sequence[UUID]) -> Mapping[UUID, Ticket]:
    """Keeps everybody else away from tickets until the transaction ends; returns them as they are. Raises `NotFound`."""
    wanted = sorted(set(ticket_ids))
    await receptions.one_at_a_time(session, tenant_id)
    await sendings.lock(session, tenant_id, wanted)
    await law.lock(session, tenant_id, wanted)
    tickets = await repository.tickets(session, tenant_id, wanted, lock=True)
    if len(tickets) != len(wanted):
        raise NotFound
    return tickets


async def carry(
    session: Session, tenant_id: UUID, message_ids: Sequence[UUID], *, of: Sequence[UUID], to: UUID
) -> Went:
    """Takes messages of some tickets to another, one statement a table, and says what went with them."""
    left = await sendings.follow(session, tenant_id, message_ids, of=of, to=to)
    await moving.move_messages(session, tenant_id, message_ids, to=to)
    return {**await law.follow(session, tenant_id, message_ids, to=to), "outbound": left}


def part_of(went: Went, message_ids: Sequence[UUID]) -> dict[str, list[str]]:
    """Returns what went with some of the messages, as a move remembers it."""
    mine = set(message_ids)
    kinds = {kind: [str(one) for one, message in ids.items() if message in mine] for kind, ids in went.items()}
    return {"messages": [str(one) for one in message_ids], **kinds}
