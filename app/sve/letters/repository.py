"""Every SQL statement of letters and letterheads."""

from dataclasses import asdict, fields
from uuid import UUID

from sqlalchemy import select

from app.db.bulk import insert_rows
from app.db.transaction import Session
from app.sve.letters.tables import LetterheadRecord, LetterRecord
from app.sve.letters.values import Kind, Letter, Letterhead, Way


async def of_saisine(session: Session, tenant_id: UUID, saisine_id: UUID) -> list[Letter]:
    """Returns the letters of a saisine, oldest first."""
    record = LetterRecord
    query = select(record).where(record.tenant_id == tenant_id, record.saisine_id == saisine_id).order_by(record.id)
    return [_letter(row) for row in (await session.execute(query)).scalars()]


async def of_ticket(session: Session, tenant_id: UUID, ticket_id: UUID) -> list[Letter]:
    """Returns the letters of every saisine of a ticket, oldest first."""
    record = LetterRecord
    query = select(record).where(record.tenant_id == tenant_id, record.ticket_id == ticket_id).order_by(record.id)
    return [_letter(row) for row in (await session.execute(query)).scalars()]


async def find(session: Session, tenant_id: UUID, letter_id: UUID) -> Letter | None:
    query = select(LetterRecord).where(LetterRecord.tenant_id == tenant_id, LetterRecord.id == letter_id)
    row = (await session.execute(query)).scalar_one_or_none()
    return _letter(row) if row else None


async def add(session: Session, tenant_id: UUID, letter: Letter) -> None:
    await insert_rows(session, LetterRecord, [{"tenant_id": tenant_id, **asdict(letter)}])


async def letterhead(session: Session, tenant_id: UUID) -> Letterhead | None:
    """Returns the letterhead in force: the last one written."""
    record = LetterheadRecord
    query = select(record).where(record.tenant_id == tenant_id).order_by(record.id.desc()).limit(1)
    row = (await session.execute(query)).scalar_one_or_none()
    return _head(row) if row else None


async def letterheads(session: Session, tenant_id: UUID, *, after: UUID | None, limit: int) -> list[Letterhead]:
    """Returns a page of the letterheads, the last written first."""
    record = LetterheadRecord
    query = select(record).where(record.tenant_id == tenant_id)
    if after is not None:
        query = query.where(record.id < after)
    rows = (await session.execute(query.order_by(record.id.desc()).limit(limit))).scalars()
    return [_head(row) for row in rows]


async def letterhead_of(session: Session, tenant_id: UUID, letterhead_id: UUID) -> Letterhead | None:
    record = LetterheadRecord
    query = select(record).where(record.tenant_id == tenant_id, record.id == letterhead_id)
    row = (await session.execute(query)).scalar_one_or_none()
    return _head(row) if row else None


async def add_letterhead(session: Session, tenant_id: UUID, head: Letterhead) -> None:
    await insert_rows(session, LetterheadRecord, [{"tenant_id": tenant_id, **asdict(head)}])


def _letter(row: LetterRecord) -> Letter:
    values = {field.name: getattr(row, field.name) for field in fields(Letter)}
    return Letter(**{**values, "kind": Kind(row.kind), "way": Way(row.way)})


def _head(row: LetterheadRecord) -> Letterhead:
    return Letterhead(**{field.name: getattr(row, field.name) for field in fields(Letterhead)})
