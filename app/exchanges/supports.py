"""Every SQL statement about « moi aussi »: which report somebody's sending joins, chosen before it is read.

Each person's message keeps its own saisine and clocks: joining says where it stands, never what it is worth. A choice is
written once; a page sent twice changes nothing.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import aliased

from app.db.bulk import insert_rows
from app.db.transaction import Session
from app.exchanges.receptions import State, wake_up
from app.exchanges.tables import ReceptionRecord, ReportSupportRecord
from app.jobs import queue
from app.tickets.values import Incoming

# What a sending that waits says in its envelope of which sending it is.
SENDING = "sending"


async def choose(session: Session, tenant_id: UUID, reception_id: UUID, ticket_id: UUID, *, at: datetime) -> None:
    """Notes that a sending joins a report; the first choice stands."""
    row = {"tenant_id": tenant_id, "reception_id": reception_id, "ticket_id": ticket_id, "at": at}
    await insert_rows(session, ReportSupportRecord, [row], skip_conflicts=True)


async def chosen(session: Session, tenant_id: UUID, reception_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Returns the report each of these sendings joins, by sending; most join none."""
    record = ReportSupportRecord
    query = select(record.reception_id, record.ticket_id).where(
        record.tenant_id == tenant_id, record.reception_id.in_(list(reception_ids))
    )
    return {row.reception_id: row.ticket_id for row in await session.execute(query)}


async def joined(session: Session, tenant_id: UUID, messages: Sequence[Incoming]) -> list[Incoming]:
    """Returns messages with the reports their authors chose; asks only where one of them has a place."""
    placed = [one.reception_id for one in messages if one.geo and one.reception_id is not None]
    wanted = await chosen(session, tenant_id, placed) if placed else {}
    return [replace(one, joins=wanted.get(one.reception_id)) if one.reception_id in wanted else one for one in messages]


async def hasten(session: Session, tenant_id: UUID, reception_id: UUID, *, now: datetime) -> list[UUID]:
    """Lets the intake read now what waited for its sender's word; returns what still waited.

    The same sending kept before, by a page sent again, is read along and first: it is the one that has the date.
    """
    record, asked = ReceptionRecord, aliased(ReceptionRecord)
    sending = record.envelope[SENDING].astext
    mine = select(asked.envelope[SENDING].astext).where(asked.tenant_id == tenant_id, asked.id == reception_id)
    channel = select(asked.channel_id).where(asked.tenant_id == tenant_id, asked.id == reception_id)
    same = and_(record.channel_id == channel.scalar_subquery(), sending == mine.scalar_subquery())
    query = (
        update(record)
        .where(record.tenant_id == tenant_id, record.state == State.QUEUED.value)
        .where(or_(record.id == reception_id, same))
        .values(next_attempt_at=now, reason=None)
        .returning(record.id)
        .execution_options(synchronize_session=False)
    )
    waited = list((await session.execute(query)).scalars())
    if waited:
        await queue.defer(session, wake_up(tenant_id))
    return waited
