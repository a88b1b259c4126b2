"""Every SQL statement that moves messages between tickets, and the memory of it that lets it be undone."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select, text, tuple_, update
from sqlalchemy.orm import aliased

from app.db.bulk import insert_rows
from app.db.transaction import Session
from app.tickets.moves import Carried, Move, MoveKind, People
from app.tickets.tables import MessageRecord, TicketMoveRecord, TicketRecord
from app.tickets.values import Direction, Status

# Channels and points are other packages' tables: looked up by their keys. A channel kept by agents bears the type that
# the ticket it opened says, not its own.
_THREAD = text(
    "SELECT m.id, m.direction, m.received_at, m.channel_id, m.point_id, COALESCE((SELECT t.channel_type FROM tickets t "
    "WHERE t.tenant_id = m.tenant_id AND t.channel_id = m.channel_id AND (t.id = m.ticket_id OR t.id IN "
    "(SELECT v.source_id FROM ticket_moves v WHERE v.tenant_id = m.tenant_id AND v.target_id = m.ticket_id)) LIMIT 1), "
    "(SELECT c.type FROM channels c WHERE c.tenant_id = m.tenant_id AND c.id = m.channel_id)) AS channel_type, "
    "(SELECT p.contact_id FROM contact_points p WHERE p.tenant_id = m.tenant_id AND p.id = m.point_id) AS contact_id "
    "FROM messages m WHERE m.tenant_id = :tenant AND m.ticket_id = :ticket ORDER BY m.received_at, m.id"
)
_PEOPLE = text(
    "SELECT t.id AS ticket_id, t.contact_id FROM tickets t WHERE t.tenant_id = :tenant AND t.id = ANY(:ids) "
    "AND t.contact_id IS NOT NULL UNION SELECT m.ticket_id, p.contact_id FROM messages m "
    "JOIN contact_points p ON p.tenant_id = m.tenant_id AND p.id = m.point_id "
    "WHERE m.tenant_id = :tenant AND m.ticket_id = ANY(:ids)"
)
_SPAN = text(
    "UPDATE tickets t SET received_at = COALESCE(said.first, t.received_at), "
    "last_activity_at = GREATEST(t.last_activity_at, said.last) FROM (SELECT ticket_id, "
    "min(received_at) FILTER (WHERE direction = 'in') AS first, max(received_at) AS last FROM messages "
    "WHERE tenant_id = :tenant AND ticket_id = ANY(:ids) GROUP BY ticket_id) said "
    "WHERE t.tenant_id = :tenant AND t.id = said.ticket_id"
)

_HIDE_WITH = text(
    "WITH RECURSIVE taken AS (SELECT id FROM tickets WHERE tenant_id = :tenant AND merged_into = :ticket UNION "
    "SELECT t.id FROM taken JOIN tickets t ON t.tenant_id = :tenant AND t.merged_into = taken.id) "
    "UPDATE tickets t SET team_id = kept.team_id, assignee_id = kept.assignee_id, confidential_at = kept.confidential_at, "
    "version = t.version + 1 FROM tickets kept WHERE t.tenant_id = :tenant AND t.id IN (SELECT id FROM taken) "
    "AND kept.tenant_id = :tenant AND kept.id = :ticket"
)


async def hide_with(session: Session, tenant_id: UUID, ticket_id: UUID) -> None:
    """Gives what a request took over the same team, agent and secrecy: a subject left behind would tell of it."""
    await session.execute(_HIDE_WITH, {"tenant": tenant_id, "ticket": ticket_id})


async def held(session: Session, tenant_id: UUID, ticket_ids: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    """Returns the messages of tickets, by ticket."""
    record = MessageRecord
    query = select(record.ticket_id, record.id).where(
        record.tenant_id == tenant_id, record.ticket_id.in_(list(ticket_ids))
    )
    found: dict[UUID, list[UUID]] = {ticket_id: [] for ticket_id in ticket_ids}
    for row in await session.execute(query.order_by(record.id)):
        found[row.ticket_id].append(row.id)
    return found


async def people(session: Session, tenant_id: UUID, ticket_ids: Sequence[UUID]) -> People:
    """Returns who took part in each ticket, as far as they are known."""
    found: dict[UUID, set[UUID]] = {}
    for row in await session.execute(_PEOPLE, {"tenant": tenant_id, "ids": list(ticket_ids)}):
        found.setdefault(row.ticket_id, set()).add(row.contact_id)
    return {ticket_id: frozenset(contacts) for ticket_id, contacts in found.items()}


async def written_since(session: Session, tenant_id: UUID, ticket_id: UUID, move_id: UUID) -> set[UUID]:
    """Returns the messages written into a ticket since a move was made: identifiers are in the order of their making."""
    record = MessageRecord
    query = select(record.id).where(record.tenant_id == tenant_id, record.ticket_id == ticket_id, record.id > move_id)
    return set((await session.execute(query)).scalars())


async def thread(session: Session, tenant_id: UUID, ticket_id: UUID) -> list[Carried]:
    """Returns a ticket's messages as a split looks at them, oldest first."""
    rows = await session.execute(_THREAD, {"tenant": tenant_id, "ticket": ticket_id})
    return [Carried(**{**row, "direction": Direction(row["direction"])}) for row in rows.mappings()]


async def move_messages(session: Session, tenant_id: UUID, message_ids: Sequence[UUID], *, to: UUID) -> None:
    record = MessageRecord
    await session.execute(
        update(record).where(record.tenant_id == tenant_id, record.id.in_(list(message_ids))).values(ticket_id=to)
    )


async def end_into(session: Session, tenant_id: UUID, ticket_ids: Sequence[UUID], *, into: UUID) -> None:
    """Ends tickets that hold nothing any more: their references lead to the one that took them over."""
    record = TicketRecord
    await session.execute(
        update(record)
        .where(record.tenant_id == tenant_id, record.id.in_(list(ticket_ids)))
        .values(
            merged_into=into,
            status=Status.CLOSED.value,
            snoozed_at=None,
            snoozed_until_at=None,
            version=record.version + 1,
        )
    )


async def stand_again(session: Session, tenant_id: UUID, ticket_id: UUID, *, status: Status) -> None:
    """Gives a ticket that was merged its own life back."""
    record = TicketRecord
    await session.execute(
        update(record)
        .where(record.tenant_id == tenant_id, record.id == ticket_id)
        .values(merged_into=None, status=status.value, version=record.version + 1)
    )


async def span(session: Session, tenant_id: UUID, ticket_ids: Sequence[UUID]) -> None:
    """Reads again from their messages when tickets were received and last moved."""
    await session.execute(_SPAN, {"tenant": tenant_id, "ids": list(ticket_ids)})


async def remember(session: Session, tenant_id: UUID, rows: Sequence[Mapping[str, Any]]) -> None:
    await insert_rows(session, TicketMoveRecord, [{"tenant_id": tenant_id, **row} for row in rows])


async def forget(session: Session, tenant_id: UUID, move_id: UUID, *, by: str, at: datetime) -> None:
    """Notes that a move was undone; that it was made stays known."""
    record = TicketMoveRecord
    await session.execute(
        update(record).where(record.tenant_id == tenant_id, record.id == move_id).values(undone_at=at, undone_by=by)
    )


async def move(session: Session, tenant_id: UUID, move_id: UUID) -> Move | None:
    query = _moves(tenant_id).where(TicketMoveRecord.id == move_id)
    row = (await session.execute(query)).one_or_none()
    return _move(row) if row else None


async def made_of(
    session: Session, tenant_id: UUID, ticket_id: UUID, kind: MoveKind, *, after: UUID | None, limit: int
) -> list[Move]:
    """Returns a page of a ticket's moves of one kind, on either side, the latest first."""
    record = TicketMoveRecord
    query = _moves(tenant_id).where(_concerns(ticket_id), record.kind == kind.value)
    if after is not None:
        query = query.where(record.id < after)
    return [_move(row) for row in await session.execute(query.order_by(record.id.desc()).limit(limit))]


async def history(
    session: Session,
    tenant_id: UUID,
    ticket_id: UUID,
    *,
    after: tuple[datetime, UUID] | None,
    limit: int,
    backwards: bool = False,
) -> list[Move]:
    """Returns a page of all that was moved to or from a ticket, the oldest first, or the newest."""
    record = TicketMoveRecord
    query = _moves(tenant_id).where(_concerns(ticket_id))
    if after is not None:
        place = tuple_(record.at, record.id)
        query = query.where(place < after if backwards else place > after)
    order = (record.at.desc(), record.id.desc()) if backwards else (record.at, record.id)
    return [_move(row) for row in await session.execute(query.order_by(*order).limit(limit))]


def _concerns(ticket_id: UUID) -> Any:
    return or_(TicketMoveRecord.source_id == ticket_id, TicketMoveRecord.target_id == ticket_id)


def _moves(tenant_id: UUID) -> Select[*tuple[Any, ...]]:
    record, source, target = TicketMoveRecord, aliased(TicketRecord), aliased(TicketRecord)
    return (
        select(record, source.reference.label("source_reference"), target.reference.label("target_reference"))
        .join(source, (source.tenant_id == record.tenant_id) & (source.id == record.source_id))
        .join(target, (target.tenant_id == record.tenant_id) & (target.id == record.target_id))
        .where(record.tenant_id == tenant_id)
    )


def _move(row: Any) -> Move:
    record: TicketMoveRecord = row[0]
    return Move(
        id=record.id,
        kind=MoveKind(record.kind),
        source_id=record.source_id,
        source_reference=row.source_reference,
        target_id=record.target_id,
        target_reference=row.target_reference,
        moved=record.moved,
        reason=record.reason,
        actor=record.actor,
        at=record.at,
        undone_at=record.undone_at,
        undone_by=record.undone_by,
    )
