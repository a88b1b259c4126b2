"""Every SQL statement of origins: what an import brought here, under which name, and whether anybody built upon it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, select, text

from app.db.bulk import insert_rows
from app.db.transaction import Session
from app.tickets.origin_tables import ContactOriginRecord, MessageOriginRecord, TicketOriginRecord
from app.tickets.tables import MessageRecord, TicketRecord

# How a request stands, in the words of `left_as`.
_STANDS = "t.status || '/' || COALESCE(CAST(t.team_id AS text), '') || '/' || COALESCE(CAST(t.assignee_id AS text), '')"
_BUILT_UPON = text(
    f"""
    SELECT t.reference FROM ticket_origins o JOIN tickets t ON t.tenant_id = o.tenant_id AND t.id = o.ticket_id
    WHERE o.tenant_id = :tenant AND o.import_id = :import AND (
      o.left_as <> {_STANDS} OR t.merged_into IS NOT NULL OR t.confidential_at IS NOT NULL OR t.erased_at IS NOT NULL
      OR EXISTS (SELECT FROM messages m WHERE m.tenant_id = t.tenant_id AND m.ticket_id = t.id AND NOT EXISTS (
        SELECT FROM message_origins mo WHERE mo.tenant_id = t.tenant_id AND mo.ticket_id = t.id
        AND mo.message_id = m.id AND mo.import_id = o.import_id))
      OR EXISTS (SELECT FROM messages r WHERE r.tenant_id = t.tenant_id AND r.ticket_id = t.id AND r.reception_id IS NOT NULL)
      OR EXISTS (SELECT FROM outbound b WHERE b.tenant_id = t.tenant_id AND b.ticket_id = t.id)
      OR EXISTS (SELECT FROM ticket_moves v WHERE v.tenant_id = t.tenant_id AND t.id IN (v.source_id, v.target_id))
      OR EXISTS (SELECT FROM legal_holds h WHERE h.tenant_id = t.tenant_id AND h.ticket_id = t.id)
      OR EXISTS (SELECT FROM ticket_tags g WHERE g.tenant_id = t.tenant_id AND g.ticket_id = t.id)
      OR EXISTS (SELECT FROM ticket_field_changes f WHERE f.tenant_id = t.tenant_id AND f.ticket_id = t.id)
      OR EXISTS (SELECT FROM ticket_fields f WHERE f.tenant_id = t.tenant_id AND f.ticket_id = t.id)
      OR EXISTS (SELECT FROM drafts d WHERE d.tenant_id = t.tenant_id AND d.ticket_id = t.id)
      OR EXISTS (SELECT FROM ticket_followers w WHERE w.tenant_id = t.tenant_id AND w.ticket_id = t.id)
      OR EXISTS (SELECT FROM notifications n WHERE n.tenant_id = t.tenant_id AND n.ticket_id = t.id)
      OR EXISTS (SELECT FROM bulk_items i WHERE i.tenant_id = t.tenant_id AND i.ticket_id = t.id)
      OR EXISTS (SELECT FROM ticket_links l WHERE l.tenant_id = t.tenant_id AND t.id IN (l.source_id, l.target_id))
      OR EXISTS (SELECT FROM saisines s WHERE s.tenant_id = t.tenant_id AND s.ticket_id = t.id AND (
        s.qualified_at IS NOT NULL OR s.ordinal > 0 OR s.joined_to IS NOT NULL OR 1 < (
          SELECT count(*) FROM legal_events e WHERE e.tenant_id = s.tenant_id AND e.saisine_id = s.id))))
    ORDER BY t.id LIMIT :limit
    """  # noqa: S608 — a constant above
)
# Messages that completed the requests of an import before it, or ours into which those were merged: not this one's to
# take away.
_COMPLETES = text(
    "SELECT DISTINCT t.reference, t.id FROM message_origins m LEFT JOIN ticket_origins o ON o.tenant_id = m.tenant_id "
    "AND o.ticket_id = m.ticket_id JOIN tickets t ON t.tenant_id = m.tenant_id AND t.id = m.ticket_id "
    "WHERE m.tenant_id = :tenant AND m.import_id = :import AND o.import_id IS DISTINCT FROM :import "
    "ORDER BY t.id LIMIT :limit"
)
# People this import made known, whom nothing names now that its requests are gone.
_STRANGERS = text(
    "SELECT o.contact_id FROM contact_origins o WHERE o.tenant_id = :tenant AND o.import_id = :import "
    "AND NOT EXISTS (SELECT FROM tickets t WHERE t.tenant_id = o.tenant_id AND t.contact_id = o.contact_id) "
    "AND NOT EXISTS (SELECT FROM contact_points p JOIN messages m ON m.tenant_id = p.tenant_id AND m.point_id = p.id "
    "WHERE p.tenant_id = o.tenant_id AND p.contact_id = o.contact_id) "
    "AND NOT EXISTS (SELECT FROM contact_merges g WHERE g.tenant_id = o.tenant_id "
    "AND o.contact_id IN (g.source_id, g.target_id)) "
    "AND NOT EXISTS (SELECT FROM legal_holds h WHERE h.tenant_id = o.tenant_id AND h.contact_id = o.contact_id) "
    "AND NOT EXISTS (SELECT FROM contact_proposals r WHERE r.tenant_id = o.tenant_id "
    "AND o.contact_id IN (r.one_id, r.other_id)) "
    "AND NOT EXISTS (SELECT FROM erasures e WHERE e.tenant_id = o.tenant_id AND e.contact_id = o.contact_id) "
    "AND NOT EXISTS (SELECT FROM access_exports x WHERE x.tenant_id = o.tenant_id AND x.contact_id = o.contact_id)"
)
_FORGET = (
    text("DELETE FROM contact_origins WHERE tenant_id = :tenant AND import_id = :import"),
    text("DELETE FROM contact_clues WHERE tenant_id = :tenant AND contact_id = ANY(:people)"),
    text("DELETE FROM contact_points WHERE tenant_id = :tenant AND contact_id = ANY(:people)"),
    text("DELETE FROM contacts WHERE tenant_id = :tenant AND id = ANY(:people)"),
)


async def tickets_known(
    session: Session, tenant_id: UUID, *, origin: str, external_ids: Collection[str]
) -> Mapping[str, UUID]:
    """Returns the requests that stand here already under those names."""
    record, ticket = TicketOriginRecord, TicketRecord
    rows = await session.execute(
        select(record.external_id, func.coalesce(ticket.merged_into, ticket.id).label("ticket_id"))
        .join(ticket, and_(ticket.tenant_id == record.tenant_id, ticket.id == record.ticket_id))
        .where(record.tenant_id == tenant_id, record.origin == origin, record.external_id.in_(list(external_ids)))
    )
    return {row.external_id: row.ticket_id for row in rows}


async def messages_known(
    session: Session, tenant_id: UUID, *, origin: str, keys: Collection[str]
) -> Mapping[str, UUID]:
    """Returns the messages that stand here already under those of some keys."""
    record = MessageOriginRecord
    query = select(record.external_key, record.message_id).where(
        record.tenant_id == tenant_id, record.origin == origin, record.external_key.in_(list(keys))
    )
    return {row.external_key: row.message_id for row in await session.execute(query)}


async def requests_of(session: Session, tenant_id: UUID, *, origin: str, keys: Collection[str]) -> Mapping[str, UUID]:
    """Returns in which request each message that stands here already was placed, by their keys."""
    if not keys:
        return {}
    record, ticket = MessageOriginRecord, TicketRecord
    rows = await session.execute(
        select(record.external_key, func.coalesce(ticket.merged_into, ticket.id).label("ticket_id"))
        .join(ticket, and_(ticket.tenant_id == record.tenant_id, ticket.id == record.ticket_id))
        .where(record.tenant_id == tenant_id, record.origin == origin, record.external_key.in_(list(keys)))
    )
    return {row.external_key: row.ticket_id for row in rows}


async def standing(
    session: Session, tenant_id: UUID, message_ids: Collection[UUID]
) -> Mapping[UUID, tuple[UUID, datetime]]:
    """Returns in which request each message stands now, and when it was received; of what was erased, nothing."""
    if not message_ids:
        return {}
    said, ticket = MessageRecord, TicketRecord
    query = (
        select(said.id, said.ticket_id, said.received_at)
        .join(ticket, and_(ticket.tenant_id == said.tenant_id, ticket.id == said.ticket_id))
        .where(said.tenant_id == tenant_id, said.id.in_(list(message_ids)), ticket.erased_at.is_(None))
    )
    return {row.id: (row.ticket_id, row.received_at) for row in await session.execute(query)}


async def numbered(session: Session, tenant_id: UUID, numbers: Collection[str]) -> Sequence[tuple[str, UUID]]:
    """Returns the requests that another tool showed to people under one of those numbers."""
    record = TicketOriginRecord
    query = (
        select(record.number, record.ticket_id)
        .where(record.tenant_id == tenant_id, record.number.in_(list(numbers)))
        .order_by(record.ticket_id)
        .limit(100)
    )
    return [(row.number or "", row.ticket_id) for row in await session.execute(query)]


async def add(
    session: Session,
    tickets: Sequence[Mapping[str, Any]],
    messages: Sequence[Mapping[str, Any]],
    people: Sequence[Mapping[str, Any]],
    *,
    received: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Writes where a batch came from. Two that take the same thing over at once: the later one is undone whole.

    `received` are requests that stood here by a mail of ours: one may be of several conversations, and has one name.
    """
    await insert_rows(session, TicketOriginRecord, tickets)
    await insert_rows(session, TicketOriginRecord, received, skip_conflicts=True)
    await insert_rows(session, MessageOriginRecord, messages)
    await insert_rows(session, ContactOriginRecord, people, skip_conflicts=True)


async def built_upon(session: Session, tenant_id: UUID, import_id: UUID, *, limit: int) -> Sequence[str]:
    """Returns references of requests of an import that somebody worked on since, or that are not its alone."""
    asked = {"tenant": tenant_id, "import": import_id, "limit": limit}
    found = list((await session.execute(_BUILT_UPON, asked)).scalars())
    return found or list((await session.execute(_COMPLETES, asked)).scalars())


async def forget_people(session: Session, tenant_id: UUID, import_id: UUID) -> int:
    """Forgets the people an import made known and whom nothing names any more; returns how many."""
    asked: dict[str, Any] = {"tenant": tenant_id, "import": import_id}
    people = list((await session.execute(_STRANGERS, asked)).scalars())
    for statement in _FORGET:
        await session.execute(statement, asked | {"people": people} if ":people" in str(statement) else asked)
    return len(people)
