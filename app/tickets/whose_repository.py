"""Every SQL statement about what the row policies read of requests, for those who are told of many at once."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import select

from app.db.eyes import Whose
from app.db.transaction import Session
from app.tickets.tables import TicketRecord


async def whose(session: Session, tenant_id: UUID, ticket_ids: Collection[UUID]) -> Mapping[UUID, Whose]:
    """Returns who has each of some requests, and how hidden it is; those that are gone are absent."""
    record = TicketRecord
    query = select(
        record.id,
        record.assignee_id,
        record.team_id,
        record.confidential_at.is_not(None).label("confidential"),
        record.archived_at.is_not(None).label("archived"),
    ).where(record.tenant_id == tenant_id, record.id.in_(list(ticket_ids)))
    return {
        row.id: Whose(
            assignee_id=row.assignee_id, team_id=row.team_id, confidential=row.confidential, archived=row.archived
        )
        for row in await session.execute(query)
    }
