"""Every SQL statement of what the post says of letters."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.db.transaction import Session
from app.sve.letters.tables import LetterDeliveryRecord
from app.sve.letters.values import Delivered


async def find(session: Session, tenant_id: UUID, letter_id: UUID) -> Delivered | None:
    return (await of(session, tenant_id, [letter_id])).get(letter_id)


async def of(session: Session, tenant_id: UUID, letters: Sequence[UUID]) -> dict[UUID, Delivered]:
    """Returns what is noted of these letters, by letter."""
    record = LetterDeliveryRecord
    query = select(record).where(record.tenant_id == tenant_id, record.letter_id.in_(letters))
    rows = (await session.execute(query)).scalars()
    return {row.letter_id: Delivered(**{one.name: getattr(row, one.name) for one in fields(Delivered)}) for row in rows}


async def keep(session: Session, tenant_id: UUID, noted: Delivered) -> None:
    """Writes what is noted of a letter, in place of what was."""
    record = LetterDeliveryRecord
    values = asdict(noted)
    written = insert(record).values(tenant_id=tenant_id, **values)
    changed = {name: value for name, value in values.items() if name != "letter_id"}
    await session.execute(
        written.on_conflict_do_update(index_elements=[record.tenant_id, record.letter_id], set_=changed)
    )
