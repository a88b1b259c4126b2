"""Every SQL statement of the words of letters."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on

from app.db.bulk import insert_rows
from app.db.transaction import Session
from app.sve.letters.tables import LetterWordingRecord
from app.sve.letters.values import Kind
from app.sve.letters.wording_values import Wording


async def in_force(session: Session, tenant_id: UUID, *, kind: Kind | None = None) -> Mapping[Kind, Wording]:
    """Returns the last edition of each kind, or of one, where there is one."""
    record = LetterWordingRecord
    query = select(record).where(record.tenant_id == tenant_id)
    if kind is not None:
        query = query.where(record.kind == kind.value)
    query = query.ext(distinct_on(record.kind)).order_by(record.kind, record.edition.desc())
    found = [_wording(row) for row in (await session.execute(query)).scalars()]
    return {one.kind: one for one in found}


async def held(session: Session, tenant_id: UUID, kind: Kind) -> int:
    """Returns the last edition of a kind, 0 for none, and keeps others from writing one until this transaction ends."""
    name = f"letter_wordings:{tenant_id}:{kind.value}"
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))
    record = LetterWordingRecord
    query = select(func.max(record.edition)).where(record.tenant_id == tenant_id, record.kind == kind.value)
    return (await session.execute(query)).scalar_one() or 0


async def editions(
    session: Session, tenant_id: UUID, kind: Kind, *, after: int | None, limit: int
) -> Sequence[Wording]:
    """Returns a page of the editions of a kind, the last first."""
    record = LetterWordingRecord
    query = select(record).where(record.tenant_id == tenant_id, record.kind == kind.value)
    if after is not None:
        query = query.where(record.edition < after)
    rows = (await session.execute(query.order_by(record.edition.desc()).limit(limit))).scalars()
    return [_wording(row) for row in rows]


async def add(session: Session, tenant_id: UUID, wording: Wording) -> None:
    await insert_rows(session, LetterWordingRecord, [{"tenant_id": tenant_id, **asdict(wording)}])


def _wording(row: LetterWordingRecord) -> Wording:
    values = {field.name: getattr(row, field.name) for field in fields(Wording)}
    return Wording(**{**values, "kind": Kind(row.kind)})
