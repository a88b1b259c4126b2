"""Every SQL statement that reads or changes a ticket after its intake."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, literal_column, select, tuple_, update
from sqlalchemy.dialects.postgresql import JSONB

from app.db.sight import Reach, Sight
from app.db.transaction import Session, bound_statements, eyes_of
from app.files.antivirus import ScanState
from app.files.ocr import State
from app.ids import is_reference
from app.tickets import field_repository, receiving, searching
from app.tickets.field_filters import Looked
from app.tickets.field_values import marks_of
from app.tickets.machine_tables import MachineTextRecord
from app.tickets.scan_tables import ScanRecord
from app.tickets.tables import AttachmentRecord, MessageRecord, TicketRecord
from app.tickets.tag_tables import TicketTagRecord
from app.tickets.tag_values import Color, TagMark
from app.tickets.values import AuthorKind, Direction, FetchState, Message, Piece, Status, Ticket

# A search answers within this, or says that it cannot.
SEARCH_MS = 2_000
# Contacts are another package's table: one correlated look-up by primary key, so that a list stays one statement.
_CONTACT_NAME: ColumnElement[str | None] = literal_column(
    "(SELECT c.display_name FROM contacts c WHERE c.tenant_id = tickets.tenant_id AND c.id = tickets.contact_id)"
).label("contact_name")
# What it is filed under, in the same statement.
_TAGS: ColumnElement[Any] = literal_column(
    "(SELECT jsonb_agg(jsonb_build_array(g.id, g.name, g.color) ORDER BY g.name_key) FROM ticket_tags h "
    "JOIN tags g ON g.tenant_id = h.tenant_id AND g.id = h.tag_id "
    "WHERE h.tenant_id = tickets.tenant_id AND h.ticket_id = tickets.id)",
    JSONB,
).label("tags")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What a list is narrowed to; an absent value narrows nothing."""

    statuses: Sequence[str] = ()
    team_id: UUID | None = None
    assignee_id: UUID | None = None
    assignee_ids: Sequence[UUID] | None = None  # of any of these people; of none, nothing
    contact_id: UUID | None = None
    team_ids: Sequence[UUID] | None = None  # of any of these teams; of none, nothing
    unassigned: bool = False  # of nobody yet
    channel_types: Sequence[str] = ()
    risks: Sequence[str] = ()
    tag_ids: Sequence[UUID] = ()  # carrying any of these tags
    custom_fields: Sequence[Looked] = ()  # holding what is looked for in each of these fields
    snoozed: bool | None = None  # set aside, or not
    term_before: date | None = None
    received_from: date | None = None  # civil days of the administration, both included
    received_to: date | None = None
    procedure: str | None = None
    q: str | None = None
    ids: Sequence[UUID] | None = None  # among these; among none, nothing


@dataclass(frozen=True, slots=True)
class After:
    """Where the previous page ended: its last sort value and id."""

    value: datetime | date
    id: UUID


async def page(
    session: Session, tenant_id: UUID, wanted: Filter, *, by_term: bool, after: After | None, limit: int
) -> list[Ticket]:
    """Returns one page by keyset: newest activity first, or, `by_term`, the earliest alert first.

    Words and procedures are searched for two seconds at most, whatever they are. Raises `Unavailable` past them.
    """
    ticket = TicketRecord
    held = [*conditions(tenant_id, wanted), *of_theirs(eyes_of(session))]
    query = _columns(field_repository.LISTED_FIELDS).where(ticket.tenant_id == tenant_id, *held)
    if by_term:
        query = query.where(ticket.alert_on.is_not(None))
        if after:
            query = query.where(tuple_(ticket.alert_on, ticket.id) > (after.value, after.id))
        query = query.order_by(ticket.alert_on, ticket.id)
    else:
        if after:
            query = query.where(tuple_(ticket.last_activity_at, ticket.id) < (after.value, after.id))
        query = query.order_by(ticket.last_activity_at.desc(), ticket.id.desc())
    if wanted.procedure is not None:
        await bound_statements(session, milliseconds=SEARCH_MS)
    if wanted.q and not is_reference(wanted.q):
        await bound_statements(session, milliseconds=SEARCH_MS)
        rows = await searching.page(session, query, words=wanted.q, limit=limit)
        return [_ticket(row) for row in rows]
    return [_ticket(row._asdict()) for row in (await session.execute(query.limit(limit))).all()]


async def count(session: Session, tenant_id: UUID, wanted: Filter, *, by_term: bool, most: int) -> int:
    """Counts what a list without words holds, up to `most`: past it nobody needs the exact number, and no index gives it."""
    (found,) = await counts(session, tenant_id, [(wanted, by_term)], most=most)
    return found


async def counts(
    session: Session, tenant_id: UUID, lists: Sequence[tuple[Filter, bool]], *, most: int
) -> Sequence[int]:
    """Counts what several lists without words hold, each `by_term` or not and up to `most`: one statement."""
    if not lists:
        return []
    if any(wanted.procedure is not None for wanted, _by_term in lists):
        await bound_statements(session, milliseconds=SEARCH_MS)
    counted = [_counted(tenant_id, wanted, by_term=by_term, most=most) for wanted, by_term in lists]
    return tuple((await session.execute(select(*counted))).one())


async def ticket(session: Session, tenant_id: UUID, ticket_id: UUID, *, lock: bool = False) -> Ticket | None:
    query = _columns().where(TicketRecord.tenant_id == tenant_id, TicketRecord.id == ticket_id)
    if lock:
        query = query.with_for_update(of=TicketRecord)
    row = (await session.execute(query)).one_or_none()
    return _ticket(row._asdict()) if row else None


async def tickets(
    session: Session, tenant_id: UUID, ticket_ids: Sequence[UUID], *, lock: bool = False
) -> dict[UUID, Ticket]:
    """Returns the tickets that exist among those; locked in one order everywhere when asked."""
    query = _columns().where(TicketRecord.tenant_id == tenant_id, TicketRecord.id.in_(ticket_ids))
    if lock:
        query = query.order_by(TicketRecord.id).with_for_update(of=TicketRecord)
    return {row.id: _ticket(row._asdict()) for row in (await session.execute(query)).all()}


async def by_reference(session: Session, tenant_id: UUID, reference: str) -> Ticket | None:
    query = _columns().where(TicketRecord.tenant_id == tenant_id, TicketRecord.reference == reference.upper())
    row = (await session.execute(query)).one_or_none()
    return _ticket(row._asdict()) if row else None


async def change(
    session: Session, tenant_id: UUID, ticket_id: UUID, values: Mapping[str, Any], *, version: int | None = None
) -> bool:
    """Changes a ticket that still has the given version; says whether it did."""
    record = TicketRecord
    query = update(record).where(record.tenant_id == tenant_id, record.id == ticket_id)
    if version is not None:
        query = query.where(record.version == version)
    query = query.values(**values, version=record.version + 1).returning(record.id)
    return (await session.execute(query)).first() is not None


async def messages(session: Session, tenant_id: UUID, ticket_id: UUID, *, limit: int = 1000) -> list[Message]:
    """Returns a ticket's thread in the order of reception, with its pieces: two statements."""
    record = MessageRecord
    query = (
        select(record)
        .where(record.tenant_id == tenant_id, record.ticket_id == ticket_id)
        .order_by(record.received_at, record.id)
        .limit(limit)
    )
    return await messages_of(session, tenant_id, (await session.execute(query)).scalars().all())


async def messages_of(session: Session, tenant_id: UUID, rows: Sequence[MessageRecord]) -> list[Message]:
    """Returns messages with their pieces, in the order given: one more statement."""
    pieces = await _pieces(session, tenant_id, [row.id for row in rows])
    return [_message(row, pieces.get(row.id, ())) for row in rows]


async def message(session: Session, tenant_id: UUID, message_id: UUID) -> Message | None:
    query = select(MessageRecord).where(MessageRecord.tenant_id == tenant_id, MessageRecord.id == message_id)
    row = (await session.execute(query)).scalar_one_or_none()
    if row is None:
        return None
    return _message(row, (await _pieces(session, tenant_id, [row.id])).get(row.id, ()))


async def message_by_external_id(
    session: Session, tenant_id: UUID, channel_id: UUID, external_id: str
) -> Message | None:
    """Locks and returns the message somebody sent us under that name: what its author may still change."""
    record = MessageRecord
    query = select(record).where(
        record.tenant_id == tenant_id,
        record.channel_id == channel_id,
        record.external_id == external_id,
        record.direction == Direction.IN.value,
    )
    row = (await session.execute(query.order_by(record.id).limit(1).with_for_update())).scalar_one_or_none()
    return _message(row, ()) if row else None


async def rewrite_message(session: Session, tenant_id: UUID, message_id: UUID, values: Mapping[str, Any]) -> None:
    record = MessageRecord
    await session.execute(update(record).where(record.tenant_id == tenant_id, record.id == message_id).values(**values))


async def piece(session: Session, tenant_id: UUID, attachment_id: UUID) -> tuple[UUID, Piece] | None:
    query = _read_pieces(tenant_id).where(AttachmentRecord.id == attachment_id)
    found = (await session.execute(query)).one_or_none()
    return (found[0].message_id, _piece(*found)) if found else None


def _columns(fields: ColumnElement[Any] = field_repository.WHOLE_FIELDS) -> Select[*tuple[Any, ...]]:
    ticket = TicketRecord
    return select(
        ticket.id,
        ticket.reference,
        ticket.subject,
        ticket.status,
        ticket.channel_id,
        ticket.channel_type,
        ticket.contact_id,
        ticket.point_id,
        ticket.team_id,
        ticket.assignee_id,
        ticket.confidential_at,
        ticket.snoozed_at,
        ticket.snoozed_until_at,
        ticket.received_at,
        ticket.last_activity_at,
        ticket.risk,
        ticket.term_on,
        ticket.alert_on,
        ticket.merged_into,
        ticket.erased_at,
        ticket.version,
        _CONTACT_NAME,
        _TAGS,
        fields,
    )


def conditions(tenant_id: UUID, wanted: Filter) -> list[ColumnElement[bool]]:
    """Returns what a request that a list without words holds satisfies."""
    ticket, held = TicketRecord, [*_carrying(wanted.tag_ids), *_set_aside(wanted.snoozed)]
    held += field_repository.holding(tenant_id, ticket.id, wanted.custom_fields)
    for column, chosen in (
        (ticket.status, wanted.statuses),
        (ticket.channel_type, wanted.channel_types),
        (ticket.risk, wanted.risks),
    ):
        if chosen:
            held.append(column.in_(chosen))
    for owner, value in (
        (ticket.team_id, wanted.team_id),
        (ticket.assignee_id, wanted.assignee_id),
        (ticket.contact_id, wanted.contact_id),
    ):
        if value is not None:
            held.append(owner == value)
    for one, any_of in (
        (ticket.id, wanted.ids),
        (ticket.assignee_id, wanted.assignee_ids),
        (ticket.team_id, wanted.team_ids),
    ):
        if any_of is not None:
            held.append(one.in_(any_of))
    if wanted.unassigned:
        held.append(ticket.assignee_id.is_(None))
    if wanted.term_before is not None:
        held.append(ticket.alert_on < wanted.term_before)
    held += receiving.narrowed(
        tenant_id, first=wanted.received_from, last=wanted.received_to, procedure=wanted.procedure
    )
    if wanted.q and is_reference(wanted.q):
        held.append(ticket.reference == wanted.q.strip().upper())
    return held


def _counted(tenant_id: UUID, wanted: Filter, *, by_term: bool, most: int) -> ColumnElement[int]:
    query = select(TicketRecord.id).where(TicketRecord.tenant_id == tenant_id, *conditions(tenant_id, wanted))
    if by_term:
        query = query.where(TicketRecord.alert_on.is_not(None))
    return select(func.count()).select_from(query.limit(most).subquery()).scalar_subquery()


def _carrying(tag_ids: Sequence[UUID]) -> list[ColumnElement[bool]]:
    """That a request carries any of these tags, where some are asked for."""
    if not tag_ids:
        return []
    tag, ticket = TicketTagRecord, TicketRecord
    carried = select(tag.tag_id).where(
        tag.tenant_id == ticket.tenant_id, tag.ticket_id == ticket.id, tag.tag_id.in_(tag_ids)
    )
    return [carried.exists()]


def _set_aside(snoozed: bool | None) -> list[ColumnElement[bool]]:  # noqa: FBT001 — private, one of three answers
    """That a request is set aside, or is not, where either is asked for."""
    if snoozed is None:
        return []
    return [TicketRecord.snoozed_at.is_not(None) if snoozed else TicketRecord.snoozed_at.is_(None)]


def of_theirs(eyes: Sight | None) -> list[ColumnElement[bool]]:
    """What the policy says too of who sees only what is assigned to them, where an index can lead by it."""
    if eyes is None or eyes.reach is not Reach.ASSIGNED or any(loan.teams for loan in eyes.loans):
        return []
    return [TicketRecord.assignee_id.in_([eyes.person_id, *sorted(loan.person_id for loan in eyes.loans)])]


async def _pieces(
    session: Session, tenant_id: UUID, message_ids: Sequence[UUID]
) -> dict[UUID, list[tuple[UUID, Piece]]]:
    if not message_ids:
        return {}
    record = AttachmentRecord
    query = _read_pieces(tenant_id).where(record.message_id.in_(message_ids))
    found: dict[UUID, list[tuple[UUID, Piece]]] = {}
    for row, *known in await session.execute(query.order_by(record.message_id, record.position)):
        found.setdefault(row.message_id, []).append((row.id, _piece(row, *known)))
    return found


def _read_pieces(tenant_id: UUID) -> Select[*tuple[Any, ...]]:
    """Pieces, how far machines read their contents, and what an antivirus said; the words are for whoever asks for one."""
    piece, read, scan = AttachmentRecord, MachineTextRecord, ScanRecord
    same = (read.tenant_id == tenant_id) & (read.sha256 == piece.sha256)
    examined = (scan.tenant_id == tenant_id) & (scan.sha256 == piece.sha256)
    known = select(piece, read.state, read.reason, scan.state, scan.virus, scan.reason)
    return known.outerjoin(read, same).outerjoin(scan, examined).where(piece.tenant_id == tenant_id)


def _ticket(row: Mapping[str, Any]) -> Ticket:
    tags = tuple(TagMark(UUID(tag_id), name, Color(color)) for tag_id, name, color in row["tags"] or ())
    return Ticket(**{**row, "status": Status(row["status"]), "tags": tags, "fields": marks_of(row["fields"] or ())})


def _piece(
    row: AttachmentRecord,
    machine: str | None,
    reason: str | None,
    scan: str | None,
    virus: str | None,
    scan_reason: str | None,
) -> Piece:
    return Piece(
        name=row.name,
        content_type=row.content_type,
        size=row.size,
        sha256=row.sha256,
        content_id=row.content_id,
        source=row.source,
        inline=row.inline,
        fetch=FetchState(row.fetch_state) if row.fetch_state else None,
        problem=row.fetch_problem,
        machine=State(machine) if machine else None,
        machine_reason=reason,
        scan=ScanState(scan) if scan else None,
        virus=virus,
        scan_reason=scan_reason,
    )


def _message(row: MessageRecord, pieces: Sequence[tuple[UUID, Piece]]) -> Message:
    return Message(
        id=row.id,
        ticket_id=row.ticket_id,
        channel_id=row.channel_id,
        point_id=row.point_id,
        reception_id=row.reception_id,
        direction=Direction(row.direction),
        author_kind=AuthorKind(row.author_kind),
        author_name=row.author_name,
        author_address=row.author_address,
        external_id=row.external_id,
        subject=row.subject,
        text=row.text,
        text_new=row.text_new,
        html=row.html,
        recipients=row.recipients,
        fields=row.fields,
        geo=row.geo,
        warnings=row.warnings,
        automatic=row.automatic,
        public=row.public,
        claimed_at=row.claimed_at,
        received_at=row.received_at,
        edited_at=row.edited_at,
        withdrawn_at=row.withdrawn_at,
        history=row.history,
        pieces=tuple(pieces),
    )
