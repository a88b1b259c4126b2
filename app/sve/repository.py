"""Every SQL statement of the legal face."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Row,
    column,
    or_,
    select,
    table,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import distinct_on

from app.db.bulk import insert_rows, update_rows
from app.db.transaction import Session
from app.ids import new_id
from app.sve.law.regime import Regime
from app.sve.law.risk import Risk
from app.sve.tables import AlertRecord, DutyRecord, LegalEventRecord, SaisineRecord
from app.sve.values import Duty, LegalEvent, Raised, Saisine

# Tickets are another package's table: the watch list only names them, so that it stays one statement.
_TICKETS = table(
    "tickets", *map(column, ("tenant_id", "id", "reference", "subject", "channel_type", "contact_id"))
).alias("t")
_SETTLE_DUTIES = text(
    "WITH owed AS MATERIALIZED (SELECT d.id, gone.outbound_id FROM duties d "
    "JOIN unnest(CAST(:messages AS uuid[]), CAST(:outbounds AS uuid[])) AS gone(message_id, outbound_id) "
    "ON d.message_id = gone.message_id WHERE d.tenant_id = :tenant AND d.kind = :kind AND d.done_at IS NULL "
    "ORDER BY d.id FOR UPDATE OF d) "
    "UPDATE duties d SET done_at = :at, outbound_id = owed.outbound_id FROM owed "
    "WHERE d.tenant_id = :tenant AND d.id = owed.id"
)
# What is said of a saisine itself, or acknowledges its own message: it stays its own when it is joined to another.
NOT_SHARED = ("ack_sent", "qualified", "dismissed", "reopened", "joined", "separated", "asked")
_EVENT = ("id", "type", "payload", "actor", "at", "recorded_at", "key", "backdated")
_COLUMNS = tuple(column.name for column in SaisineRecord.__table__.columns if column.name != "digest")


@dataclass(frozen=True, slots=True)
class Urgency:
    """What a list shows of a ticket: the saisine that would decide first."""

    ticket_id: UUID
    risk: str
    term_on: date | None
    alert_on: date | None


async def open_saisines(
    session: Session,
    saisines: Sequence[Mapping[str, Any]],
    events: Sequence[Mapping[str, Any]],
    duties: Sequence[Mapping[str, Any]],
) -> None:
    """Writes a batch of saisines, their first event and the acknowledgements owed; a message has one saisine."""
    await insert_rows(session, SaisineRecord, saisines)
    await insert_rows(session, LegalEventRecord, events)
    await insert_rows(session, DutyRecord, duties, skip_conflicts=True)


async def add_event(session: Session, tenant_id: UUID, saisine_id: UUID, event: LegalEvent) -> None:
    await add_events(session, tenant_id, {saisine_id: event})


async def add_events(session: Session, tenant_id: UUID, events: Mapping[UUID, LegalEvent]) -> None:
    """Writes one event of each of some saisines."""
    rows = [
        {
            "tenant_id": tenant_id,
            "id": event.id,
            "saisine_id": saisine_id,
            "type": event.type,
            "payload": dict(event.payload),
            "actor": event.actor,
            "at": event.at,
            "recorded_at": event.recorded_at,
            "key": event.key,
            "backdated": event.backdated,
        }
        for saisine_id, event in events.items()
    ]
    await insert_rows(session, LegalEventRecord, rows)


async def find(session: Session, tenant_id: UUID, saisine_id: UUID, *, lock: bool = False) -> Saisine | None:
    query = select(SaisineRecord).where(SaisineRecord.tenant_id == tenant_id, SaisineRecord.id == saisine_id)
    row = (await session.execute(query.with_for_update() if lock else query)).scalar_one_or_none()
    return saisine_of(row) if row else None


async def some(session: Session, tenant_id: UUID, saisine_ids: Collection[UUID]) -> list[Saisine]:
    """Returns those of some saisines that exist, in their order."""
    record = SaisineRecord
    query = select(record).where(record.tenant_id == tenant_id, record.id.in_(saisine_ids)).order_by(record.id)
    return [saisine_of(row) for row in (await session.execute(query)).scalars()]


async def of_tickets(session: Session, tenant_id: UUID, ticket_ids: Sequence[UUID]) -> list[Saisine]:
    record = SaisineRecord
    query = select(record).where(record.tenant_id == tenant_id, record.ticket_id.in_(ticket_ids)).order_by(record.id)
    return [saisine_of(row) for row in (await session.execute(query)).scalars()]


async def events_of(session: Session, tenant_id: UUID, saisine_ids: Sequence[UUID]) -> dict[UUID, list[LegalEvent]]:
    """Returns what each of some saisines is read with, oldest first: its own events, and those of saisines joined to it.

    Of a joined one, neither what acknowledged it (its own duties stay owed) nor what was done of it as a saisine.
    """
    record, saisine = LegalEventRecord, SaisineRecord
    theirs = (
        select(saisine.joined_to, saisine.id)
        .where(saisine.tenant_id == tenant_id, saisine.joined_to.in_(saisine_ids))
        .cte("theirs")
    )
    own = select(record, record.saisine_id.label("read_by")).where(
        record.tenant_id == tenant_id, record.saisine_id.in_(saisine_ids)
    )
    joined = (
        select(record, theirs.c.joined_to.label("read_by"))
        .join(theirs, theirs.c.id == record.saisine_id)
        .where(record.tenant_id == tenant_id, record.type.not_in(NOT_SHARED))
    )
    both = own.union_all(joined).subquery()
    rows = await session.execute(select(both).order_by(both.c.at, both.c.id))
    return _by_saisine(rows, under="read_by")


async def own_events_of(session: Session, tenant_id: UUID, saisine_ids: Sequence[UUID]) -> dict[UUID, list[LegalEvent]]:
    """Returns what was recorded of each of some saisines, oldest first."""
    columns = LegalEventRecord.__table__.columns
    query = (
        select(*columns)
        .where(columns.tenant_id == tenant_id, columns.saisine_id.in_(saisine_ids))
        .order_by(columns.at, columns.id)
    )
    return _by_saisine(await session.execute(query), under="saisine_id")


async def event_by_key(session: Session, tenant_id: UUID, saisine_id: UUID, key: str) -> LegalEvent | None:
    """Returns the event of a saisine that its caller named so."""
    record = LegalEventRecord
    query = select(*record.__table__.columns).where(
        record.tenant_id == tenant_id, record.saisine_id == saisine_id, record.key == key
    )
    row = (await session.execute(query)).first()
    return _event(row) if row else None


async def locked(session: Session, tenant_id: UUID, saisine_ids: Collection[UUID]) -> dict[UUID, Saisine]:
    """Locks and returns some saisines, in one order everywhere."""
    record = SaisineRecord
    query = (
        select(record)
        .where(record.tenant_id == tenant_id, record.id.in_(saisine_ids))
        .order_by(record.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {row.id: saisine_of(row) for row in (await session.execute(query)).scalars()}


async def family(session: Session, tenant_id: UUID, saisine_ids: Collection[UUID]) -> set[UUID]:
    """Returns saisines with those they are joined to, and all that is joined to any of these."""
    record = SaisineRecord
    query = select(record.id, record.joined_to).where(
        record.tenant_id == tenant_id, or_(record.id.in_(saisine_ids), record.joined_to.in_(saisine_ids))
    )
    rows = (await session.execute(query)).all()
    found = {*saisine_ids, *(one for row in rows for one in row if one is not None)}
    roots = {row.joined_to for row in rows if row.joined_to is not None} - set(saisine_ids)
    return found | set(await joined_to(session, tenant_id, list(roots))) if roots else found


async def joined_to(session: Session, tenant_id: UUID, saisine_ids: Sequence[UUID]) -> list[UUID]:
    """Returns the saisines joined to any of these."""
    record = SaisineRecord
    query = select(record.id).where(record.tenant_id == tenant_id, record.joined_to.in_(saisine_ids))
    return list((await session.execute(query.order_by(record.id))).scalars())


async def of_message(session: Session, tenant_id: UUID, message_id: UUID) -> list[Saisine]:
    """Returns the saisines of a message in their order; the first is the one it opened by itself."""
    record = SaisineRecord
    query = select(record).where(record.tenant_id == tenant_id, record.message_id == message_id)
    return [saisine_of(row) for row in (await session.execute(query.order_by(record.ordinal))).scalars()]


async def contacts_of(session: Session, tenant_id: UUID, ticket_ids: Sequence[UUID]) -> dict[UUID, UUID | None]:
    """Returns who asks, ticket by ticket."""
    query = select(_TICKETS.c.id, _TICKETS.c.contact_id).where(
        _TICKETS.c.tenant_id == tenant_id, _TICKETS.c.id.in_(ticket_ids)
    )
    return {row.id: row.contact_id for row in await session.execute(query)}


async def open_page(session: Session, tenant_id: UUID, *, after: UUID | None, limit: int) -> list[Saisine]:
    """Returns a page of the open saisines, in the order they were opened."""
    record = SaisineRecord
    query = select(record).where(record.tenant_id == tenant_id, record.closed_at.is_(None))
    if after is not None:
        query = query.where(record.id > after)
    rows = (await session.execute(query.order_by(record.id).limit(limit))).scalars().all()
    page = [saisine_of(row) for row in rows]
    session.expunge_all()  # a long walk keeps one page in memory, not all of them
    return page


async def change(
    session: Session, tenant_id: UUID, saisine_id: UUID, values: Mapping[str, Any], *, version: int | None = None
) -> bool:
    record = SaisineRecord
    query = update(record).where(record.tenant_id == tenant_id, record.id == saisine_id)
    if version is not None:
        query = query.where(record.version == version)
    query = query.values(**values, version=record.version + 1).returning(record.id)
    return (await session.execute(query)).first() is not None


async def urgencies(session: Session, tenant_id: UUID, ticket_ids: Sequence[UUID]) -> list[Urgency]:
    """Returns, for each ticket that still has an open saisine, the one that would decide first."""
    record = SaisineRecord
    query = (
        select(record.ticket_id, record.risk, record.term_on, record.alert_on)
        .where(record.tenant_id == tenant_id, record.ticket_id.in_(ticket_ids), record.closed_at.is_(None))
        .ext(distinct_on(record.ticket_id))
        .order_by(record.ticket_id, record.alert_on.nulls_last(), record.id)
    )
    return [Urgency(*row) for row in await session.execute(query)]


async def to_wake(session: Session, tenant_id: UUID, *, today: date, limit: int) -> list[Saisine]:
    """Returns the saisines of which the engine has something new to say: the cost follows what is due."""
    record = SaisineRecord
    query = (
        select(record)
        .where(record.tenant_id == tenant_id, record.wake_on <= today)
        .order_by(record.wake_on)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [saisine_of(row) for row in (await session.execute(query)).scalars()]


async def reread(session: Session, tenant_id: UUID, rows: Sequence[Mapping[str, Any]]) -> None:
    """Writes the readings of a batch."""
    await update_rows(session, SaisineRecord, [{"tenant_id": tenant_id, **row} for row in rows])


async def wake_again(session: Session, tenant_id: UUID, saisine_ids: Sequence[UUID], *, on: date) -> None:
    """Puts off saisines whose events could not be read."""
    rows = [{"tenant_id": tenant_id, "id": saisine_id, "wake_on": on} for saisine_id in saisine_ids]
    await update_rows(session, SaisineRecord, rows)


async def raise_alerts(session: Session, tenant_id: UUID, raised: Sequence[Raised], *, at: datetime) -> list[Raised]:
    """Writes alerts not yet raised; returns those that are new."""
    if not raised:
        return []
    record = AlertRecord
    rows = [
        {
            "tenant_id": tenant_id,
            "id": new_id(),
            "saisine_id": one.saisine_id,
            "ticket_id": one.ticket_id,
            "threshold": one.threshold,
            "alert_on": one.alert_on,
            "due_on": one.due_on,
            "because": one.because,
            "closes_at": one.closes_at,
            "late": one.late,
            "raised_at": at,
        }
        for one in raised
    ]
    written = await insert_rows(session, record, rows, skip_conflicts=True, returning=("saisine_id", "threshold"))
    new = {(row.saisine_id, row.threshold) for row in written}
    return [one for one in raised if (one.saisine_id, one.threshold) in new]


async def duties_of(session: Session, tenant_id: UUID, ticket_id: UUID) -> list[Duty]:
    record = DutyRecord
    query = select(record).where(record.tenant_id == tenant_id, record.ticket_id == ticket_id).order_by(record.due_on)
    return [_duty(row) for row in (await session.execute(query)).scalars()]


async def duties_of_message(session: Session, tenant_id: UUID, message_id: UUID) -> list[Duty]:
    record = DutyRecord
    query = select(record).where(record.tenant_id == tenant_id, record.message_id == message_id)
    return [_duty(row) for row in (await session.execute(query)).scalars()]


async def settle_duties(
    session: Session, tenant_id: UUID, left: Mapping[UUID, UUID], *, kind: str, at: datetime
) -> None:
    """Notes by which outgoing message (the values) the acknowledgement of each message (the keys) was done."""
    await session.execute(
        _SETTLE_DUTIES,
        {"tenant": tenant_id, "kind": kind, "at": at, "messages": list(left), "outbounds": list(left.values())},
    )


async def reopen_duty(session: Session, tenant_id: UUID, message_id: UUID, outbound_id: UUID, *, kind: str) -> bool:
    """Makes an acknowledgement owed again, if that sending is what had done it; says whether it was."""
    record = DutyRecord
    query = (
        update(record)
        .where(
            record.tenant_id == tenant_id,
            record.message_id == message_id,
            record.kind == kind,
            record.outbound_id == outbound_id,
        )
        .values(done_at=None, outbound_id=None)
        .returning(record.id)
    )
    return (await session.execute(query)).first() is not None


async def by_messages(session: Session, tenant_id: UUID, message_ids: Sequence[UUID]) -> list[Saisine]:
    """Locks and returns the saisines of messages, in one order everywhere."""
    record = SaisineRecord
    query = (
        select(record)
        .where(record.tenant_id == tenant_id, record.message_id.in_(message_ids))
        .order_by(record.id)
        .with_for_update()
    )
    return [saisine_of(row) for row in (await session.execute(query)).scalars()]


def _by_saisine(rows: Iterable[Row[Any]], *, under: str) -> dict[UUID, list[LegalEvent]]:
    found: dict[UUID, list[LegalEvent]] = {}
    for row in rows:
        found.setdefault(getattr(row, under), []).append(_event(row))
    return found


def _event(row: Row[Any]) -> LegalEvent:
    return LegalEvent(**{name: getattr(row, name) for name in _EVENT})


def saisine_of(row: SaisineRecord) -> Saisine:
    """Reads a row as a value."""
    values = {name: getattr(row, name) for name in _COLUMNS}
    return Saisine(**{**values, "regime": Regime(row.regime), "risk": Risk(row.risk)})


def _duty(row: DutyRecord) -> Duty:
    return Duty(
        id=row.id,
        ticket_id=row.ticket_id,
        message_id=row.message_id,
        kind=row.kind,
        due_on=row.due_on,
        source=row.source,
        done_at=row.done_at,
        waived_at=row.waived_at,
        waived_reason=row.waived_reason,
    )
