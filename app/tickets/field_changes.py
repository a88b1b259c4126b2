"""What fields of a request held before and after each filling: kept beside the request, erased with it, told in its story.

Values never leave with the event `ticket.fields_filled`: events and the journal hold no word of anybody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, tuple_

from app.db.bulk import insert_rows
from app.db.transaction import Session
from app.facts import Actor
from app.ids import new_id
from app.tickets.field_tables import FieldsChangeRecord
from app.tickets.field_values import CustomField, FieldKind, FieldMark


@dataclass(frozen=True, slots=True)
class Turn:
    """A field about to change: the texts it held, and those it holds from now on."""

    field: CustomField
    was: Sequence[str]
    now: Sequence[str]


@dataclass(frozen=True, slots=True)
class FieldTurn:
    """What one field held and holds, None where it was empty."""

    key: str
    was: FieldMark | None
    now: FieldMark | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldsChange:
    """One filling: every field that changed by it, in the order they were given."""

    id: UUID
    turns: Sequence[FieldTurn]
    actor: str
    at: datetime


async def remember(
    session: Session,
    tenant_id: UUID,
    fillings: Sequence[tuple[UUID, Sequence[Turn]]],
    *,
    now: datetime,
    actor: Actor,
) -> None:
    """Keeps what fields of some requests held and what they hold from now on, in one statement."""
    rows = [
        {
            "tenant_id": tenant_id,
            "id": new_id(),
            "ticket_id": ticket_id,
            "turns": [
                {"key": one.field.key, "kind": one.field.kind.value, "was": list(one.was), "now": list(one.now)}
                for one in turns
            ],
            "at": now,
            "actor": actor.label,
        }
        for ticket_id, turns in fillings
    ]
    await insert_rows(session, FieldsChangeRecord, rows)


async def history(
    session: Session,
    tenant_id: UUID,
    ticket_id: UUID,
    *,
    after: tuple[datetime, UUID] | None,
    limit: int,
    backwards: bool = False,
) -> Sequence[FieldsChange]:
    """Returns a page of the fillings of a request, the oldest first, or the newest."""
    record = FieldsChangeRecord
    query = select(record).where(record.tenant_id == tenant_id, record.ticket_id == ticket_id)
    if after is not None:
        place = tuple_(record.at, record.id)
        query = query.where(place < after if backwards else place > after)
    order = (record.at.desc(), record.id.desc()) if backwards else (record.at, record.id)
    rows = (await session.execute(query.order_by(*order).limit(limit))).scalars()
    return [
        FieldsChange(id=row.id, turns=[_turn(one) for one in row.turns], actor=row.actor, at=row.at) for row in rows
    ]


def _turn(stored: Mapping[str, Any]) -> FieldTurn:
    key, kind = stored["key"], FieldKind(stored["kind"])
    was, now = (FieldMark(key, kind, tuple(stored[name])) if stored[name] else None for name in ("was", "now"))
    return FieldTurn(key, was, now)
