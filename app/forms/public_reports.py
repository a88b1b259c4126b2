"""Reports on the ground as anybody may read them; every SQL statement about them.

Nothing a citizen wrote leaves before an agent published words for it: without them a report is a service, a state, days,
and a place to some ten metres. A confidential one has no place either. Source: wiki.open311.org/GeoReport_v2; protocols of personal data (GDPR art. 5(1)c).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from app.db.transaction import Session
from app.forms.tables import ReportPublicationRecord
from app.tickets import recalling
from app.tickets.tables import AttachmentRecord, MessageRecord, TicketRecord
from app.tickets.values import Direction, Status

# Four decimals of a degree: eleven metres. Enough for a hole in a road, too little for a door.
DECIMALS = 4
MOST = 1000
_OVER = (Status.RESOLVED.value, Status.CLOSED.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicReport:
    """What anybody may know of a report. `description` and `address` are None until an agent published it."""

    reference: str
    service_code: str
    open: bool
    status: Status
    requested_at: datetime
    updated_at: datetime
    description: str | None
    address: str | None
    lat: float | None
    lon: float | None
    photos: Sequence[UUID]
    joined: bool = False  # to another report of the same thing, whose state this is


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which reports are asked for; `references` overrides all the rest, as the protocol says."""

    references: Sequence[str] = ()
    service_codes: Sequence[str] = ()
    since: datetime | None = None
    until: datetime | None = None
    open: bool | None = None
    by_update: bool = False
    page: int = 1
    size: int = MOST


async def page(session: Session, tenant_id: UUID, channel_id: UUID, wanted: Wanted) -> Sequence[PublicReport]:
    """Returns reports that came by a channel, the last first, at most a thousand.

    A number that was joined to another report still answers, with the state of that one. A confidential report is in no
    list: whoever knows its number reads its state, and nothing else.
    """
    ticket = TicketRecord
    at = ticket.last_activity_at if wanted.by_update else ticket.received_at
    query = _reports(tenant_id, channel_id)
    if wanted.references:
        query = query.where(ticket.reference.in_([word.upper() for word in wanted.references]))
    else:
        query = query.where(ticket.confidential_at.is_(None))
        if wanted.service_codes:
            query = query.where(MessageRecord.fields["service_code"].astext.in_(wanted.service_codes))
        if wanted.since is not None:
            query = query.where(at >= wanted.since)
        if wanted.until is not None:
            query = query.where(at <= wanted.until)
        if wanted.open is not None:
            query = query.where(ticket.status.not_in(_OVER) if wanted.open else ticket.status.in_(_OVER))
    skipped = (wanted.page - 1) * wanted.size
    rows = await session.execute(query.order_by(at.desc(), ticket.id.desc()).limit(wanted.size).offset(skipped))
    found = [_report(row) for row in rows]
    if wanted.references:
        found += await _joined(session, tenant_id, channel_id, wanted.references)
    return found


async def _joined(session: Session, tenant_id: UUID, channel_id: UUID, names: Sequence[str]) -> Sequence[PublicReport]:
    """Returns reports whose tickets were merged into others, under the numbers their authors were given."""
    ticket = TicketRecord
    gone = select(ticket.id, ticket.reference).where(
        ticket.tenant_id == tenant_id,
        ticket.channel_id == channel_id,
        ticket.reference.in_([word.upper() for word in names]),
        ticket.merged_into.is_not(None),
    )
    rows = (await session.execute(gone)).all()
    present = {row.reference: await recalling.present_of(session, tenant_id, row.id) for row in rows}
    if not present:
        return []
    query = _reports(tenant_id, channel_id, of_channel=False).where(ticket.id.in_(list(present.values())))
    found = {row.id: _report(row) for row in await session.execute(query)}
    return [replace(found[one], reference=name, joined=True) for name, one in present.items() if one in found]


async def references(session: Session, tenant_id: UUID, ticket_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Returns the public names of tickets."""
    query = select(TicketRecord.id, TicketRecord.reference).where(
        TicketRecord.tenant_id == tenant_id, TicketRecord.id.in_(ticket_ids)
    )
    return {row.id: row.reference for row in await session.execute(query)}


async def words(session: Session, tenant_id: UUID, ticket_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Returns what agents published of some reports; the others have no words for anybody."""
    record = ReportPublicationRecord
    query = select(record.ticket_id, record.description).where(
        record.tenant_id == tenant_id, record.ticket_id.in_(list(ticket_ids))
    )
    return {row.ticket_id: row.description for row in await session.execute(query)}


async def shown(session: Session, tenant_id: UUID, ticket_id: UUID) -> list[UUID]:
    """Returns the photos of a report that everybody sees."""
    record = ReportPublicationRecord
    query = select(record.photos).where(record.tenant_id == tenant_id, record.ticket_id == ticket_id)
    return [UUID(one) for one in (await session.scalars(query)).one_or_none() or ()]


async def is_report(session: Session, tenant_id: UUID, ticket_id: UUID) -> bool:
    """Says whether a ticket reports something on the ground: by the protocol, or by naming a place."""
    query = select(MessageRecord.id).where(
        MessageRecord.tenant_id == tenant_id,
        MessageRecord.ticket_id == ticket_id,
        MessageRecord.direction == Direction.IN.value,
        or_(MessageRecord.fields.has_key("service_code"), func.jsonb_typeof(MessageRecord.geo) == "object"),
    )
    return (await session.execute(query.limit(1))).first() is not None


async def publish(session: Session, values: dict[str, Any]) -> None:
    """Writes what the public reads of a report, over what it read before."""
    statement = insert(ReportPublicationRecord).values(**values)
    told = {name: statement.excluded[name] for name in ("description", "photos", "published_at", "published_by")}
    await session.execute(statement.on_conflict_do_update(index_elements=["tenant_id", "ticket_id"], set_=told))


async def pieces(session: Session, tenant_id: UUID, ticket_id: UUID) -> Mapping[UUID, str | None]:
    """Returns the pieces of what came in of a ticket, each with the name of its bytes."""
    query = (
        select(AttachmentRecord.id, AttachmentRecord.sha256)
        .join(
            MessageRecord,
            and_(
                MessageRecord.tenant_id == AttachmentRecord.tenant_id, MessageRecord.id == AttachmentRecord.message_id
            ),
        )
        .where(
            AttachmentRecord.tenant_id == tenant_id,
            MessageRecord.ticket_id == ticket_id,
            MessageRecord.direction == Direction.IN.value,
        )
    )
    return {row.id: row.sha256 for row in await session.execute(query)}


async def public_photo(session: Session, tenant_id: UUID, channel_id: UUID, piece_id: UUID) -> str | None:
    """Returns the name of the bytes of a photo that is published at this endpoint, None for any other piece."""
    published = and_(
        ReportPublicationRecord.tenant_id == MessageRecord.tenant_id,
        ReportPublicationRecord.ticket_id == MessageRecord.ticket_id,
        func.array_position(ReportPublicationRecord.photos, str(piece_id)).is_not(None),
    )
    query = (
        select(AttachmentRecord.sha256)
        .join(
            MessageRecord,
            and_(
                MessageRecord.tenant_id == AttachmentRecord.tenant_id, MessageRecord.id == AttachmentRecord.message_id
            ),
        )
        .join(ReportPublicationRecord, published)
        .join(
            TicketRecord,
            and_(TicketRecord.tenant_id == MessageRecord.tenant_id, TicketRecord.id == MessageRecord.ticket_id),
        )
        .where(
            AttachmentRecord.tenant_id == tenant_id,
            AttachmentRecord.id == piece_id,
            MessageRecord.channel_id == channel_id,
            TicketRecord.confidential_at.is_(None),
        )
    )
    return (await session.scalars(query)).one_or_none()


async def withdraw(session: Session, tenant_id: UUID, ticket_id: UUID) -> bool:
    """Removes what the public reads of a report; says whether it read anything."""
    record = ReportPublicationRecord
    query = delete(record).where(record.tenant_id == tenant_id, record.ticket_id == ticket_id).returning(record.id)
    return (await session.execute(query)).first() is not None


def _reports(tenant_id: UUID, channel_id: UUID, *, of_channel: bool = True) -> Select[Any]:
    """One row a ticket: its first report by this channel, which later messages do not change.

    Unless `of_channel`, the ticket itself may have come by another one.
    """
    first = (
        select(MessageRecord.id)
        .where(
            MessageRecord.tenant_id == TicketRecord.tenant_id,
            MessageRecord.ticket_id == TicketRecord.id,
            MessageRecord.channel_id == channel_id,
            MessageRecord.direction == Direction.IN.value,
            MessageRecord.fields.has_key("service_code"),
        )
        .order_by(MessageRecord.received_at, MessageRecord.id)
        .limit(1)
        .correlate(TicketRecord)
        .scalar_subquery()
    )
    message = and_(MessageRecord.tenant_id == TicketRecord.tenant_id, MessageRecord.id == first)
    public = and_(
        ReportPublicationRecord.tenant_id == TicketRecord.tenant_id,
        ReportPublicationRecord.ticket_id == TicketRecord.id,
    )
    query = (
        select(
            TicketRecord.id,
            TicketRecord.reference,
            TicketRecord.status,
            TicketRecord.received_at,
            TicketRecord.last_activity_at,
            TicketRecord.confidential_at,
            MessageRecord.geo,
            MessageRecord.fields,
            ReportPublicationRecord.description,
            ReportPublicationRecord.photos,
        )
        .join(MessageRecord, message)
        .outerjoin(ReportPublicationRecord, public)
        .where(TicketRecord.tenant_id == tenant_id)
    )
    return query.where(TicketRecord.channel_id == channel_id) if of_channel else query


def _report(row: Row[Any]) -> PublicReport:
    geo, fields, status = row.geo or {}, row.fields, Status(row.status)
    told = row.confidential_at is None
    lat, lon = (
        round(float(geo[name]), DECIMALS) if told and geo.get(name) is not None else None for name in ("lat", "lon")
    )
    published = told and row.description is not None
    return PublicReport(
        reference=row.reference,
        service_code=str(fields.get("service_code", "")),
        open=status.value not in _OVER,
        status=status,
        requested_at=row.received_at,
        updated_at=row.last_activity_at,
        description=row.description if told else None,
        address=str(fields["address_string"]) if published and fields.get("address_string") else None,
        lat=lat,
        lon=lon,
        photos=[UUID(one) for one in row.photos or ()] if told else (),
    )
