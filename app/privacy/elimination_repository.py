"""Every SQL statement about elimination lists and their lines."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text, update

from app.db.bulk import insert_rows, update_rows
from app.db.transaction import Session
from app.ids import new_id
from app.privacy.elimination_values import EliminationList, Line, LineState, ListState, NewLine, Tally
from app.privacy.retention import Fate
from app.privacy.retention_tables import EliminationLineRecord, EliminationListRecord

# One filler of a tenant's lists at a time: references follow each other and no second list of a fate is opened.
_ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended('elimination:' || :tenant, 0))")
_NEXT = text("SELECT count(*) + 1 FROM elimination_lists WHERE tenant_id = :tenant AND reference LIKE :year || '-%'")
_TALLY = text("""
SELECT category, count(*) AS count, min(opened_on) AS opened_from, max(opened_on) AS opened_to, min(due_on) AS due_from,
       max(due_on) AS due_to, max(legal_basis) AS legal_basis
FROM elimination_lines WHERE tenant_id = :tenant AND list_id = :list GROUP BY category ORDER BY category
""")
# What each request held, by the digests it was received, carried and frozen under; nothing of it can be read back.
_CONTENTS = text("""
SELECT w.id AS ticket_id, array_agg(c.digest ORDER BY c.digest) FILTER (WHERE c.digest IS NOT NULL) AS digests
FROM (SELECT t.id FROM tickets t WHERE t.tenant_id = :tenant AND t.id = ANY(:tickets)) w
LEFT JOIN LATERAL (
    SELECT encode(sha256(convert_to(m.subject || E'\\n' || m.text, 'UTF8')), 'hex') AS digest FROM messages m
    WHERE m.tenant_id = :tenant AND m.ticket_id = w.id
    UNION ALL SELECT r.sha256 FROM receptions r WHERE r.tenant_id = :tenant AND r.ticket_id = w.id
    UNION ALL SELECT a.sha256 FROM attachments a JOIN messages m ON m.tenant_id = a.tenant_id AND m.id = a.message_id
    WHERE a.tenant_id = :tenant AND m.ticket_id = w.id AND a.sha256 IS NOT NULL
) c ON true GROUP BY w.id
""")
_COUNT = text("""
UPDATE elimination_lists SET erased = erased + :erased, kept = kept + :kept, version = version + 1
WHERE tenant_id = :tenant AND id = :list
""")


async def alone(session: Session, tenant_id: UUID) -> None:
    """Waits until nobody else fills the lists of this administration; lasts as long as the transaction."""
    await session.execute(_ALONE, {"tenant": str(tenant_id)})


async def proposed(session: Session, tenant_id: UUID, fate: Fate) -> EliminationList | None:
    """Returns the list of a fate that is being filled."""
    record = EliminationListRecord
    query = select(record).where(
        record.tenant_id == tenant_id, record.fate == fate.value, record.state == ListState.PROPOSED.value
    )
    row = (await session.execute(query)).scalar_one_or_none()
    return _list(row) if row else None


async def open_list(session: Session, tenant_id: UUID, fate: Fate, *, salt: bytes, year: int, at: datetime) -> UUID:
    """Opens a list under the next reference of its year."""
    number = (await session.execute(_NEXT, {"tenant": tenant_id, "year": str(year)})).scalar_one()
    made = new_id()
    row = {
        "tenant_id": tenant_id,
        "id": made,
        "reference": f"{year}-{number}",
        "fate": fate.value,
        "state": ListState.PROPOSED.value,
        "salt": salt,
        "made_at": at,
        "listed": 0,
        "erased": 0,
        "kept": 0,
        "version": 1,
    }
    await insert_rows(session, EliminationListRecord, [row])
    return made


async def add(session: Session, tenant_id: UUID, list_id: UUID, lines: Sequence[NewLine]) -> int:
    """Adds lines; a request that waits in a list already is not added again. Returns how many were."""
    rows = [
        {
            "tenant_id": tenant_id,
            "id": new_id(),
            "list_id": list_id,
            "ticket_id": line.ticket_id,
            "reference": line.reference,
            "category": line.category,
            "opened_on": line.opened_on,
            "counted_on": line.counted_on,
            "due_on": line.due_on,
            "legal_basis": line.legal_basis,
            "because": line.because,
            "state": LineState.LISTED.value,
        }
        for line in lines
    ]
    written = await insert_rows(session, EliminationLineRecord, rows, skip_conflicts=True, returning=("id",))
    record = EliminationListRecord
    await session.execute(
        update(record)
        .where(record.tenant_id == tenant_id, record.id == list_id)
        .values(listed=record.listed + len(written), version=record.version + 1)
    )
    return len(written)


async def find(session: Session, tenant_id: UUID, list_id: UUID, *, lock: bool = False) -> EliminationList | None:
    record = EliminationListRecord
    query = select(record).where(record.tenant_id == tenant_id, record.id == list_id)
    query = query.with_for_update() if lock else query
    row = (await session.execute(query.execution_options(populate_existing=True))).scalar_one_or_none()
    return _list(row) if row else None


async def page(session: Session, tenant_id: UUID, *, after: UUID | None, limit: int) -> list[EliminationList]:
    """Returns a page of lists, the last first."""
    record = EliminationListRecord
    query = select(record).where(record.tenant_id == tenant_id)
    if after is not None:
        query = query.where(record.id < after)
    return [_list(row) for row in (await session.execute(query.order_by(record.id.desc()).limit(limit))).scalars()]


async def in_state(session: Session, tenant_id: UUID, state: ListState) -> list[UUID]:
    record = EliminationListRecord
    query = select(record.id).where(record.tenant_id == tenant_id, record.state == state.value)
    return list((await session.execute(query)).scalars())


async def change(session: Session, tenant_id: UUID, list_id: UUID, values: Mapping[str, Any]) -> None:
    """Changes a list that the caller holds."""
    record = EliminationListRecord
    await session.execute(
        update(record)
        .where(record.tenant_id == tenant_id, record.id == list_id)
        .values(**values, version=record.version + 1)
    )


async def lines(session: Session, tenant_id: UUID, list_id: UUID, *, after: UUID | None, limit: int) -> list[Line]:
    """Returns a page of a list's lines, in the order they were added."""
    record = EliminationLineRecord
    query = select(record).where(record.tenant_id == tenant_id, record.list_id == list_id)
    if after is not None:
        query = query.where(record.id > after)
    return [_line(row) for row in (await session.execute(query.order_by(record.id).limit(limit))).scalars()]


async def to_do(session: Session, tenant_id: UUID, list_id: UUID, *, limit: int) -> list[Line]:
    """Locks and returns lines that nothing was done for yet."""
    record = EliminationLineRecord
    query = (
        select(record)
        .where(record.tenant_id == tenant_id, record.list_id == list_id, record.state == LineState.LISTED.value)
        .order_by(record.id)
        .limit(limit)
        .with_for_update()
    )
    return [_line(row) for row in (await session.execute(query)).scalars()]


async def acted(session: Session, tenant_id: UUID, rows: Sequence[Mapping[str, Any]]) -> None:
    """Writes what became of some lines: id, state, kept_because, digest, acted_at."""
    await update_rows(session, EliminationLineRecord, [{"tenant_id": tenant_id, **row} for row in rows])


async def count(session: Session, tenant_id: UUID, list_id: UUID, *, erased: int, kept: int) -> None:
    await session.execute(_COUNT, {"tenant": tenant_id, "list": list_id, "erased": erased, "kept": kept})


async def release(session: Session, tenant_id: UUID, list_id: UUID) -> list[UUID]:
    """Lets the requests of a list go on; returns its lines."""
    record = EliminationLineRecord
    query = (
        update(record)
        .where(record.tenant_id == tenant_id, record.list_id == list_id, record.state == LineState.LISTED.value)
        .values(state=LineState.RELEASED.value)
        .returning(record.id)
    )
    return list((await session.execute(query)).scalars())


async def tallies(session: Session, tenant_id: UUID, list_id: UUID) -> list[Tally]:
    """Returns a list by category."""
    rows = await session.execute(_TALLY, {"tenant": tenant_id, "list": list_id})
    return [Tally(**row) for row in rows.mappings()]


async def contents(session: Session, tenant_id: UUID, ticket_ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    """Returns the digests of what requests hold: their messages, the bytes they came in, their pieces."""
    asked = {"tenant": tenant_id, "tickets": list(ticket_ids)}
    return {row.ticket_id: row.digests or [] for row in await session.execute(_CONTENTS, asked)}


def _list(row: EliminationListRecord) -> EliminationList:
    values = {field.name: getattr(row, field.name) for field in fields(EliminationList)}
    return EliminationList(**{**values, "fate": Fate(row.fate), "state": ListState(row.state)})


def _line(row: EliminationLineRecord) -> Line:
    values = {field.name: getattr(row, field.name) for field in fields(Line)}
    return Line(**{**values, "state": LineState(row.state)})
