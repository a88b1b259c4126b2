"""Erasing requests: judged under lock, one by one and purely, then emptied in one statement a table for the whole batch.

What is left is a tombstone: the number, the days, the kind of each thing said, the legal outcome with its reasons. The
journal is not touched: it never held a word of theirs, and its chain verifies as before.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.db.transaction import Session, whole
from app.exchanges import shifting
from app.facts import Actor, FactBook
from app.ids import Prefix, public_id
from app.privacy import emptying, keeping
from app.privacy import standing as standing_of
from app.privacy.facts import TicketErased
from app.privacy.values import Erased, Kept


class ErasedFor(StrEnum):
    """On what ground requests are erased: their person asked, or their time is over."""

    REQUEST = "request"  # RGPD art. 17
    ELIMINATION = "elimination"  # code du patrimoine L212-2, L212-3, R212-14


async def erase_tickets(
    session: Session,
    tenant_id: UUID,
    ticket_ids: Sequence[UUID],
    *,
    ground: ErasedFor,
    book: FactBook,
    actor: Actor,
    at: datetime,
) -> Erased:
    """Erases those of some requests that may be, in the caller's transaction, and says why the others are kept.

    Requests merged into them go with them. What was erased before stays so and is told nowhere. A hundred at a time is a
    good batch. Contents let go are noted for `app.privacy.pieces`. Raises `NotFound` when one does not exist.
    """
    async with whole(session):  # what is asked of the administration does not stop at one person's sight
        wanted = await standing_of.with_merged(session, tenant_id, ticket_ids)
        await shifting.alone_with(session, tenant_id, wanted or list(ticket_ids))
        standings = [one for one in await standing_of.standings(session, tenant_id, wanted) if one.erased_at is None]
        judged = [(one.ticket_id, keeping.kept(one)) for one in standings]
        gone = [ticket_id for ticket_id, kept in judged if kept is None]
        if gone:
            held = await emptying.empty_tickets(session, tenant_id, gone, at=at)
            await emptying.forget_answers(session, tenant_id, _names(gone, held))
            facts = [
                TicketErased(tenant_id=tenant_id, subject_id=one, at=at, actor=actor, ground=ground.value)
                for one in gone
            ]
            await book.record(session, *facts)
    kept: list[tuple[UUID, Kept]] = [(ticket_id, why) for ticket_id, why in judged if why is not None]
    return Erased(ticket_ids=gone, kept=kept)


async def erase_messages(session: Session, tenant_id: UUID, message_ids: Sequence[UUID], *, at: datetime) -> None:
    """Empties messages of requests in which others take part; whoever calls has judged those requests."""
    held = await emptying.empty_messages(session, tenant_id, message_ids, at=at)
    await emptying.forget_answers(session, tenant_id, _names((), held))


def _names(ticket_ids: Sequence[UUID], held: emptying.Held) -> list[str]:
    return [
        *(public_id(Prefix.TICKET, one) for one in ticket_ids),
        *(public_id(Prefix.MESSAGE, one) for one in held.messages),
        *(public_id(Prefix.OUTBOUND, one) for one in held.outbound),
        *(public_id(Prefix.CONVERSATION, one) for one in held.conversations),
    ]
