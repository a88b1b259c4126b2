"""Every SQL statement of an administration's fields: their list, and what is written in them."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, assert_never
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Numeric,
    Uuid,
    and_,
    case,
    column,
    delete,
    func,
    insert,
    literal_column,
    or_,
    select,
    table,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute

from app.db.bulk import insert_rows
from app.db.transaction import Session
from app.identity.people import name_key
from app.tickets.field_filters import Days, Looked, Numbers
from app.tickets.field_tables import FieldRecord, TicketFieldRecord
from app.tickets.field_values import CustomField, FieldKind, FieldTaken, choices_of

_A_NUMBER = r"^-?[0-9]+(\.[0-9]+)?$"
# Saisines are another package's table: only their procedure is read.
_SAISINES = table("saisines", column("tenant_id", Uuid), column("ticket_id", Uuid), column("procedure"))

# What its fields hold, in the same statement; a list leaves the long texts out.
_FIELDS = (
    "(SELECT jsonb_agg(jsonb_build_array(f.key, f.kind, v.value) ORDER BY f.rank, f.id, v.place) FROM ticket_fields v "
    "JOIN custom_fields f ON f.tenant_id = v.tenant_id AND f.id = v.field_id "
    "WHERE v.tenant_id = tickets.tenant_id AND v.ticket_id = tickets.id"
)
WHOLE_FIELDS: ColumnElement[Any] = literal_column(f"{_FIELDS})", JSONB).label("fields")
LISTED_FIELDS: ColumnElement[Any] = literal_column(f"{_FIELDS} AND f.kind <> 'long_text')", JSONB).label("fields")


async def page(
    session: Session, tenant_id: UUID, *, archived: bool, after: tuple[int, UUID] | None, limit: int
) -> Sequence[CustomField]:
    """Returns a page of the list in its order; archived ones only when asked."""
    record = FieldRecord
    query = select(record).where(record.tenant_id == tenant_id)
    if not archived:
        query = query.where(record.archived_at.is_(None))
    if after is not None:
        query = query.where(tuple_(record.rank, record.id) > after)
    rows = (await session.execute(query.order_by(record.rank, record.id).limit(limit))).scalars()
    return [_field(row) for row in rows]


async def field(session: Session, tenant_id: UUID, field_id: UUID) -> CustomField | None:
    query = select(FieldRecord).where(FieldRecord.tenant_id == tenant_id, FieldRecord.id == field_id)
    row = (await session.execute(query)).scalar_one_or_none()
    return _field(row) if row else None


async def named(session: Session, tenant_id: UUID, keys: Collection[str]) -> Mapping[str, CustomField]:
    """Returns the fields that exist among those keys, archived or not."""
    query = select(FieldRecord).where(FieldRecord.tenant_id == tenant_id, FieldRecord.key.in_(keys))
    return {row.key: _field(row) for row in (await session.execute(query)).scalars()}


async def required(session: Session, tenant_id: UUID) -> Sequence[CustomField]:
    """Returns the living fields that a request must have filled before it is closed, in their order."""
    record = FieldRecord
    query = select(record).where(
        record.tenant_id == tenant_id, record.archived_at.is_(None), record.required_to_close.is_(True)
    )
    return [_field(row) for row in (await session.execute(query.order_by(record.rank, record.id))).scalars()]


async def standing(session: Session, tenant_id: UUID) -> tuple[int, int, int]:
    """Returns how many fields live, how many there are, and the highest rank of those that live."""
    record, alive = FieldRecord, FieldRecord.archived_at.is_(None)
    query = select(
        func.count().filter(alive), func.count(), func.coalesce(func.max(record.rank).filter(alive), 0)
    ).where(record.tenant_id == tenant_id)
    living, all_of_them, highest = (await session.execute(query)).one()
    return living, all_of_them, highest


async def add(session: Session, values: Mapping[str, Any]) -> None:
    """Raises `FieldTaken` when another has that key, archived or not."""
    try:
        await session.execute(insert(FieldRecord).values(**values))
    except IntegrityError as error:
        taken = "uq_custom_fields_tenant_id_key" in str(error.orig)
        raise (FieldTaken(FieldTaken.advice) if taken else error) from error


async def change(session: Session, tenant_id: UUID, field_id: UUID, values: Mapping[str, Any], *, version: int) -> bool:
    """Changes a field that still has the given version; says whether it did."""
    record = FieldRecord
    query = update(record).where(record.tenant_id == tenant_id, record.id == field_id, record.version == version)
    done = await session.execute(query.values(**values, version=record.version + 1).returning(record.id))
    return done.first() is not None


async def written(
    session: Session, tenant_id: UUID, ticket_ids: Collection[UUID], field_ids: Collection[UUID]
) -> Mapping[tuple[UUID, UUID], Sequence[str]]:
    """Returns what some requests hold of some fields, by request and field."""
    if not ticket_ids or not field_ids:
        return {}
    record = TicketFieldRecord
    query = select(record.ticket_id, record.field_id, record.value).where(
        record.tenant_id == tenant_id, record.ticket_id.in_(ticket_ids), record.field_id.in_(field_ids)
    )
    found: dict[tuple[UUID, UUID], list[str]] = {}
    for ticket_id, field_id, value in await session.execute(query.order_by(record.place)):
        found.setdefault((ticket_id, field_id), []).append(value)
    return found


async def replace(
    session: Session, tenant_id: UUID, ticket_id: UUID, field_ids: Collection[UUID], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Writes what a request now holds of some fields, in place of what it held."""
    record = TicketFieldRecord
    gone = delete(record).where(
        record.tenant_id == tenant_id, record.ticket_id == ticket_id, record.field_id.in_(field_ids)
    )
    await session.execute(gone)
    if rows:
        await insert_rows(session, record, rows)


async def add_values(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Writes values where there were none; what somebody filled at the same instant stays."""
    await insert_rows(session, TicketFieldRecord, rows, skip_conflicts=True)


async def procedures(session: Session, tenant_id: UUID, ticket_ids: Collection[UUID]) -> Mapping[UUID, Sequence[str]]:
    """Returns the procedures that requests ask for, as their saisines say."""
    saisine = _SAISINES.c
    query = select(saisine.ticket_id, saisine.procedure).where(
        saisine.tenant_id == tenant_id, saisine.ticket_id.in_(ticket_ids), saisine.procedure.is_not(None)
    )
    found: dict[UUID, list[str]] = {}
    for ticket_id, code in await session.execute(query):
        found.setdefault(ticket_id, []).append(code)
    return found


def holding(
    tenant_id: UUID, ticket_id: InstrumentedAttribute[UUID], asked: Sequence[Looked]
) -> list[ColumnElement[bool]]:
    """That a request holds what is looked for in each of some fields."""
    return [_holds(tenant_id, ticket_id, one) for one in asked]


def _holds(tenant_id: UUID, ticket_id: InstrumentedAttribute[UUID], asked: Looked) -> ColumnElement[bool]:
    record, field_ = TicketFieldRecord, FieldRecord
    named = (field_.tenant_id == tenant_id, field_.key == asked.key)
    exactly: ColumnElement[bool] = record.match.in_([name_key(one) for one in asked.values])
    within = [_within(one, select(field_.kind).where(*named).scalar_subquery()) for one in asked.ranges]
    held = select(record.ticket_id).where(
        record.tenant_id == tenant_id,
        record.ticket_id == ticket_id,
        record.field_id == select(field_.id).where(*named).scalar_subquery(),
        or_(exactly, *within) if within else exactly,
    )
    return held.exists()


def _within(asked: Numbers | Days, kind: ColumnElement[str]) -> ColumnElement[bool]:
    """The order of days is that of their words. A value is read as a number where it is one: rows may be read in any order."""
    held = TicketFieldRecord.match
    bounds: list[ColumnElement[bool]]
    match asked:
        case Numbers(least, most):
            number = case((held.regexp_match(_A_NUMBER), held.cast(Numeric)))
            bounds = [number >= least] if least is not None else []
            bounds += [number <= most] if most is not None else []
            return and_(kind == FieldKind.NUMBER.value, *bounds)
        case Days(first, last):
            bounds = [held >= first.isoformat()] if first is not None else []
            bounds += [held <= last.isoformat()] if last is not None else []
            return and_(kind == FieldKind.DATE.value, *bounds)
        case _:
            assert_never(asked)


def _field(row: FieldRecord) -> CustomField:
    return CustomField(
        id=row.id,
        key=row.key,
        kind=FieldKind(row.kind),
        label=row.label,
        label_en=row.label_en,
        help=row.help,
        required_to_close=row.required_to_close,
        choices=choices_of(row.choices),
        procedures=tuple(row.procedures),
        rank=row.rank,
        archived_at=row.archived_at,
        created_at=row.created_at,
        version=row.version,
    )
