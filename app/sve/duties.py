"""The SQL of what people are owed and warned of: acknowledgements due, alerts raised, events of a ticket."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import and_, column, exists, select, table, tuple_, update

from app.db.transaction import Session
from app.sve.cases import CORRECTED, annulments
from app.sve.law.regime import Regime
from app.sve.tables import AlertRecord, DutyRecord, LegalEventRecord, SaisineRecord
from app.sve.values import Alert, Duty, LegalEvent, Owed, Owing

# Tickets are another package's table: what is owed only names them, so that a page stays one statement.
_TICKETS = table("tickets", *map(column, ("tenant_id", "id", "reference", "subject", "team_id"))).alias("t")
# Nobody has said what silence means for the request of this message: its ARE cannot be written (CRPA R112-11-1).
_UNQUALIFIED = exists(
    select(SaisineRecord.id)
    .where(
        SaisineRecord.tenant_id == DutyRecord.tenant_id,
        SaisineRecord.message_id == DutyRecord.message_id,
        SaisineRecord.regime == Regime.UNKNOWN.value,
        SaisineRecord.closed_at.is_(None),
    )
    .correlate(DutyRecord)
)


async def events_of_ticket(
    session: Session,
    tenant_id: UUID,
    ticket_id: UUID,
    *,
    after: tuple[datetime, UUID] | None,
    limit: int,
    backwards: bool = False,
) -> Sequence[tuple[UUID, LegalEvent]]:
    """Returns a page of the events of a ticket's saisines, each with its saisine, oldest first, or newest."""
    event, saisine = LegalEventRecord, SaisineRecord
    mine = select(saisine.id).where(saisine.tenant_id == tenant_id, saisine.ticket_id == ticket_id)
    query = select(event).where(event.tenant_id == tenant_id, event.saisine_id.in_(mine))
    place = tuple_(event.at, event.id)
    if after is not None:
        query = query.where(place < after if backwards else place > after)
    order = (event.at.desc(), event.id.desc()) if backwards else (event.at, event.id)
    rows = await session.execute(query.order_by(*order).limit(limit))
    page = [(row.saisine_id, _event(row)) for row in rows.scalars()]
    gone = await _annulled(session, tenant_id, {saisine_id for saisine_id, _ in page})
    return [(saisine_id, replace(event, annulled_by=gone.get(event.id))) for saisine_id, event in page]


async def _annulled(session: Session, tenant_id: UUID, saisine_ids: Collection[UUID]) -> Mapping[UUID, UUID]:
    record = LegalEventRecord
    corrections = select(record).where(
        record.tenant_id == tenant_id, record.saisine_id.in_(saisine_ids), record.type == CORRECTED
    )
    return annulments([_event(row) for row in (await session.execute(corrections)).scalars()])


async def owed(
    session: Session, tenant_id: UUID, owing: Owing, *, after: tuple[date, UUID] | None, limit: int
) -> Sequence[Owed]:
    """Returns a page of the acknowledgements still owed, those asked for."""
    record = DutyRecord
    query = (
        select(record, _UNQUALIFIED, _TICKETS.c.reference, _TICKETS.c.subject)
        .join(_TICKETS, and_(_TICKETS.c.tenant_id == record.tenant_id, _TICKETS.c.id == record.ticket_id))
        .where(record.tenant_id == tenant_id, record.done_at.is_(None), record.waived_at.is_(None))
    )
    if owing.since is not None:
        query = query.where(record.due_on >= owing.since)
    if owing.by is not None:
        query = query.where(record.due_on <= owing.by)
    if owing.kind is not None:
        query = query.where(record.kind == owing.kind)
    if owing.team_id is not None:
        query = query.where(_TICKETS.c.team_id == owing.team_id)
    if after is not None:
        query = query.where(tuple_(record.due_on, record.id) > after)
    rows = await session.execute(query.order_by(record.due_on, record.id).limit(limit))
    return [
        Owed(_duty(row, unqualified=unqualified), reference, subject) for row, unqualified, reference, subject in rows
    ]


async def hold(session: Session, tenant_id: UUID, saisine_ids: Collection[UUID]) -> None:
    """Locks what is owed for the messages of saisines, in one order everywhere."""
    record, saisine = DutyRecord, SaisineRecord
    messages = select(saisine.message_id).where(saisine.tenant_id == tenant_id, saisine.id.in_(saisine_ids))
    query = select(record.id).where(record.tenant_id == tenant_id, record.message_id.in_(messages))
    await session.execute(query.order_by(record.id).with_for_update())


async def done(session: Session, tenant_id: UUID, message_id: UUID, *, kind: str, at: datetime) -> None:
    """Notes that an acknowledgement of a message was given by other means than ours: a desk, a letter, another tool."""
    record = DutyRecord
    owed_still = (record.tenant_id == tenant_id, record.message_id == message_id, record.kind == kind)
    await session.execute(update(record).where(*owed_still, record.done_at.is_(None)).values(done_at=at))


async def undone(session: Session, tenant_id: UUID, message_id: UUID, *, kind: str) -> None:
    """Notes that an acknowledgement said to be given was not: it is owed again."""
    record = DutyRecord
    said = (record.tenant_id == tenant_id, record.message_id == message_id, record.kind == kind)
    await session.execute(update(record).where(*said).values(done_at=None, outbound_id=None))


async def alerts(
    session: Session, tenant_id: UUID, *, open_only: bool, after: UUID | None, limit: int
) -> Sequence[Alert]:
    """Returns a page of alerts, the latest first."""
    record = AlertRecord
    query = select(record).where(record.tenant_id == tenant_id)
    if open_only:
        query = query.where(record.acknowledged_at.is_(None))
    if after is not None:
        query = query.where(record.id < after)
    rows = await session.execute(query.order_by(record.id.desc()).limit(limit))
    return [_alert(row) for row in rows.scalars()]


async def alert(session: Session, tenant_id: UUID, alert_id: UUID) -> Alert | None:
    query = select(AlertRecord).where(AlertRecord.tenant_id == tenant_id, AlertRecord.id == alert_id)
    row = (await session.execute(query)).scalar_one_or_none()
    return _alert(row) if row else None


async def acknowledge(session: Session, tenant_id: UUID, alert_id: UUID, *, by: str, at: datetime) -> bool:
    """Notes who took an alert in charge, unless somebody has; says whether it did."""
    record = AlertRecord
    query = (
        update(record)
        .where(record.tenant_id == tenant_id, record.id == alert_id, record.acknowledged_at.is_(None))
        .values(acknowledged_at=at, acknowledged_by=by)
        .returning(record.id)
    )
    return (await session.execute(query)).first() is not None


def _alert(row: AlertRecord) -> Alert:
    return Alert(**{field.name: getattr(row, field.name) for field in fields(Alert)})


def _duty(row: DutyRecord, *, unqualified: bool) -> Duty:
    own = {field.name: getattr(row, field.name) for field in fields(Duty) if field.name != "unqualified"}
    return Duty(**own, unqualified=unqualified)


def _event(row: LegalEventRecord) -> LegalEvent:
    return LegalEvent(
        id=row.id,
        type=row.type,
        payload=row.payload,
        actor=row.actor,
        at=row.at,
        recorded_at=row.recorded_at,
        key=row.key,
        backdated=row.backdated,
    )
