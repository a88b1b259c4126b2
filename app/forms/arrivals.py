"""Every SQL statement of what guards a form's door: how many a network sent, which proofs were used."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from app.db.transaction import Session
from app.forms.tables import NetworkRecord, SpentProofRecord


async def count(session: Session, tenant_id: UUID, network: str, *, since: datetime) -> int:
    """Counts one submission more of a network, and returns how many it sent since an instant."""
    record = NetworkRecord
    statement = insert(record).values(tenant_id=tenant_id, network=network, since_at=since, sent=1)
    more = statement.on_conflict_do_update(
        index_elements=[record.tenant_id, record.network, record.since_at], set_={"sent": record.sent + 1}
    )
    return int((await session.execute(more.returning(record.sent))).scalar_one())


async def spend(session: Session, tenant_id: UUID, nonce: str, submission: str, *, until: datetime) -> bool:
    """Uses a proof up; says whether it was still good, which it stays for the same submission sent again."""
    record = SpentProofRecord
    first = insert(record).values(tenant_id=tenant_id, nonce=nonce, submission=submission, until_at=until)
    taken = await session.execute(first.on_conflict_do_nothing().returning(record.nonce))
    if taken.first() is not None:
        return True
    query = select(func.count()).where(
        record.tenant_id == tenant_id, record.nonce == nonce, record.submission == submission
    )
    return bool(submission) and int((await session.execute(query)).scalar_one()) > 0


async def forget(session: Session, tenant_id: UUID, *, before: datetime) -> None:
    """Drops counts and used proofs that no longer say anything."""
    for record, ended in ((NetworkRecord, NetworkRecord.since_at), (SpentProofRecord, SpentProofRecord.until_at)):
        await session.execute(delete(record).where(record.tenant_id == tenant_id, ended < before))
