"""Every SQL statement about the codes sent to prove an address."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update

from app.contacts.tables import ContactChallengeRecord, ContactPointRecord
from app.contacts.values import Challenge
from app.db.bulk import insert_rows
from app.db.transaction import Session


async def one_at_a_time(session: Session, tenant_id: UUID, point_id: UUID) -> None:
    """Locks an address: of two codes asked at once, or two answers given at once, the second sees the first."""
    record = ContactPointRecord
    query = select(record.id).where(record.tenant_id == tenant_id, record.id == point_id)
    await session.execute(query.with_for_update())


async def add(session: Session, tenant_id: UUID, challenge: Challenge) -> None:
    row = {
        "tenant_id": tenant_id,
        "id": challenge.id,
        "point_id": challenge.point_id,
        "mac": challenge.mac,
        "sent_at": challenge.sent_at,
        "expires_at": challenge.expires_at,
        "tries": challenge.tries,
        "answered_at": challenge.answered_at,
    }
    await insert_rows(session, ContactChallengeRecord, [row])


async def since(session: Session, tenant_id: UUID, point_id: UUID, *, at: datetime) -> Sequence[Challenge]:
    """Returns the codes sent to an address since an instant, the newest first."""
    record = ContactChallengeRecord
    query = select(record).where(record.tenant_id == tenant_id, record.point_id == point_id, record.sent_at > at)
    return [_value(row) for row in (await session.execute(query.order_by(record.sent_at.desc()))).scalars()]


async def newest(
    session: Session, tenant_id: UUID, point_ids: Sequence[UUID], *, since: datetime
) -> dict[UUID, Challenge]:
    """Returns the last code sent to each of some addresses since an instant."""
    record = ContactChallengeRecord
    query = select(record).where(record.tenant_id == tenant_id, record.point_id.in_(point_ids), record.sent_at > since)
    rows = (await session.execute(query.order_by(record.sent_at))).scalars()
    return {row.point_id: _value(row) for row in rows}


async def tried(session: Session, tenant_id: UUID, challenge_id: UUID, *, answered_at: datetime | None) -> None:
    """Counts a try; `answered_at` ends the code."""
    record = ContactChallengeRecord
    await session.execute(
        update(record)
        .where(record.tenant_id == tenant_id, record.id == challenge_id)
        .values(tries=record.tries + 1, answered_at=answered_at)
    )


async def forget(session: Session, tenant_id: UUID, point_id: UUID, *, before: datetime) -> None:
    """Forgets the codes that count for nothing any more."""
    record = ContactChallengeRecord
    await session.execute(
        delete(record).where(record.tenant_id == tenant_id, record.point_id == point_id, record.sent_at <= before)
    )


def _value(row: ContactChallengeRecord) -> Challenge:
    return Challenge(
        id=row.id,
        point_id=row.point_id,
        mac=row.mac,
        sent_at=row.sent_at,
        expires_at=row.expires_at,
        tries=row.tries,
        answered_at=row.answered_at,
    )
