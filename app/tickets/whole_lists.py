"""The SQL of a list taken whole: which requests it holds at one instant, in its order."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from app.db.transaction import Session, eyes_of
from app.tickets.repository import Filter, conditions, of_theirs
from app.tickets.tables import TicketRecord


async def ids(session: Session, tenant_id: UUID, wanted: Filter, *, by_term: bool, most: int) -> Sequence[UUID]:
    """Returns the identifiers of a list without words, up to `most`: one statement, so that nothing moves meanwhile."""
    ticket = TicketRecord
    query = select(ticket.id).where(
        ticket.tenant_id == tenant_id, *conditions(tenant_id, wanted), *of_theirs(eyes_of(session))
    )
    if by_term:
        query = query.where(ticket.alert_on.is_not(None)).order_by(ticket.alert_on, ticket.id)
    else:
        query = query.order_by(ticket.last_activity_at.desc(), ticket.id.desc())
    return (await session.execute(query.limit(most))).scalars().all()
