"""Every SQL statement of intake: what a batch of messages may refer to, and writing it, a statement a table."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import case, select, text, tuple_, update

from app.db.bulk import insert_rows
from app.db.transaction import Session
from app.tickets.tables import AttachmentRecord, MessageRecord, ReplyTokenRecord, TicketRecord
from app.tickets.threading import Known, Party
from app.tickets.values import Incoming, Standing, Status

_NUMBERS = text(
    "INSERT INTO ticket_numbers (tenant_id, year, last) VALUES (:tenant, :year, :count) "
    "ON CONFLICT (tenant_id, year) DO UPDATE SET last = ticket_numbers.last + :count RETURNING last"
)

_STAND = text(
    "UPDATE tickets t SET risk = s.risk, term_on = s.term_on, alert_on = s.alert_on, version = t.version + 1 "
    "FROM unnest(CAST(:ids AS uuid[]), CAST(:risks AS text[]), CAST(:terms AS date[]), CAST(:alerts AS date[])) "
    "AS s(id, risk, term_on, alert_on) WHERE t.tenant_id = :tenant AND t.id = s.id "
    "AND (t.risk, t.term_on, t.alert_on) IS DISTINCT FROM (s.risk, s.term_on, s.alert_on)"
)


async def known_to(session: Session, tenant_id: UUID, batch: Iterable[Incoming]) -> tuple[Known, dict[UUID, str]]:
    """Returns what the batch may refer to, and the references of the tickets concerned: at most five statements."""
    batch = list(batch)
    known = Known()
    tokens = {token for incoming in batch for token in incoming.tokens}
    ids = {(i.channel_id, reference) for i in batch for reference in i.references}
    conversations = {(i.channel_id, i.conversation) for i in batch if i.conversation}
    tickets: set[UUID] = set()
    if tokens:
        record = ReplyTokenRecord
        rows = await session.execute(
            select(record.token, record.ticket_id, record.point_id).where(
                record.tenant_id == tenant_id, record.token.in_(tokens), record.revoked_at.is_(None)
            )
        )
        known.tokens = {row.token: Party(row.ticket_id, row.point_id) for row in rows}
        tickets |= {party.ticket_id for party in known.tokens.values()}
    if ids:
        message = MessageRecord
        found = await session.execute(
            select(message.channel_id, message.external_id, message.ticket_id)
            .where(message.tenant_id == tenant_id, tuple_(message.channel_id, message.external_id).in_(list(ids)))
            .order_by(message.id)
            .limit(5000)  # the oldest first: whoever floods us with one name comes after those it was taken from
        )
        for row in found:
            known.messages.setdefault((row.channel_id, row.external_id or ""), []).append(row.ticket_id)
            tickets.add(row.ticket_id)
    if conversations:
        ticket = TicketRecord
        going = await session.execute(
            select(ticket.id, ticket.channel_id, ticket.thread_key)
            .where(
                ticket.tenant_id == tenant_id,
                tuple_(ticket.channel_id, ticket.thread_key).in_(list(conversations)),
                ticket.status != Status.CLOSED.value,
            )
            .order_by(ticket.id)
        )
        known.conversations = {(row.channel_id, row.thread_key or ""): row.id for row in going}
        tickets |= set(known.conversations.values())
    references = await _standing(session, tenant_id, tickets, known) if tickets else {}
    return known, references


async def _standing(session: Session, tenant_id: UUID, tickets: set[UUID], known: Known) -> dict[UUID, str]:
    ticket, message = TicketRecord, MessageRecord
    rows = await session.execute(
        select(ticket.id, ticket.status, ticket.reference, ticket.point_id).where(
            ticket.tenant_id == tenant_id, ticket.id.in_(tickets)
        )
    )
    references: dict[UUID, str] = {}
    for row in rows:
        known.statuses[row.id] = Status(row.status)
        references[row.id] = row.reference
        known.participants[row.id] = {row.point_id} if row.point_id else set()
    took_part = await session.execute(
        select(message.ticket_id, message.point_id)
        .where(message.tenant_id == tenant_id, message.ticket_id.in_(tickets), message.point_id.is_not(None))
        .distinct()
    )
    for took in took_part:
        if took.point_id is not None:
            known.participants.setdefault(took.ticket_id, set()).add(took.point_id)
    return references


async def take_numbers(session: Session, tenant_id: UUID, *, year: int, count: int) -> int:
    """Reserves `count` numbers of a year and returns the last; gaps are possible, doubles are not."""
    result = await session.execute(_NUMBERS, {"tenant": tenant_id, "year": year, "count": count})
    return int(result.scalar_one())


async def add_tickets(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    await insert_rows(session, TicketRecord, rows)


async def add_messages(
    session: Session, rows: Sequence[Mapping[str, Any]], pieces: Sequence[Mapping[str, Any]]
) -> None:
    await insert_rows(session, MessageRecord, rows)
    await insert_rows(session, AttachmentRecord, pieces)


async def revive(session: Session, tenant_id: UUID, activity: Mapping[UUID, datetime]) -> None:
    """Notes new activity on tickets; what waited for the citizen or was resolved is open again."""
    if not activity:
        return
    ticket = TicketRecord
    again = (Status.WAITING.value, Status.RESOLVED.value, Status.CLOSED.value)
    await session.execute(
        update(ticket)
        .where(ticket.tenant_id == tenant_id, ticket.id.in_(list(activity)))
        .values(
            last_activity_at=max(activity.values()),
            status=case((ticket.status.in_(again), Status.OPEN.value), else_=ticket.status),
            version=ticket.version + 1,
        )
    )


async def stand(session: Session, tenant_id: UUID, standings: Sequence[Standing]) -> None:
    """Writes the legal standing of tickets in one statement; those that already stand so are left alone."""
    if not standings:
        return
    await session.execute(
        _STAND,
        {
            "tenant": tenant_id,
            "ids": [s.ticket_id for s in standings],
            "risks": [s.risk for s in standings],
            "terms": [s.term_on for s in standings],
            "alerts": [s.alert_on for s in standings],
        },
    )


async def remember_tokens(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Notes which party of which ticket each reply address was given to; giving it again changes nothing."""
    await insert_rows(session, ReplyTokenRecord, rows, skip_conflicts=True)
