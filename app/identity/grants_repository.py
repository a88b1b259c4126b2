"""Every SQL statement about operators of the installation and what administrations let them see."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from app.db.transaction import Session
from app.identity.grants import Grant, GrantRights, GrantState
from app.identity.tables import OperatorGrantRecord, OperatorRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """Somebody of whoever runs the installation."""

    id: UUID
    name: str
    email: str
    created_at: datetime
    revoked_at: datetime | None


async def add_operator(session: Session, operator: Operator, *, digest: str) -> bool:
    """Adds an operator; False when the address has one. The transaction has no administration."""
    values = {
        "id": operator.id,
        "name": operator.name,
        "email_key": operator.email,
        "digest": digest,
        "created_at": operator.created_at,
    }
    try:
        async with session.begin_nested():
            await session.execute(insert(OperatorRecord).values(**values))
    except IntegrityError:
        return False
    return True


async def operators(session: Session) -> Sequence[Operator]:
    rows = await session.execute(select(OperatorRecord).order_by(OperatorRecord.email_key))
    return [_operator(row) for row in rows.scalars()]


async def operator(session: Session, email: str) -> tuple[Operator, str] | None:
    """Returns an operator who was not revoked, with the digest of their secret."""
    query = select(OperatorRecord).where(OperatorRecord.email_key == email, OperatorRecord.revoked_at.is_(None))
    row = (await session.execute(query)).scalar_one_or_none()
    return (_operator(row), row.digest) if row else None


async def revoke_operator(session: Session, email: str, *, at: datetime) -> UUID | None:
    """Revokes an operator, once, and returns who it is; None when nobody has this address."""
    record = OperatorRecord
    revoked = func.coalesce(record.revoked_at, at)
    statement = update(record).where(record.email_key == email).values(revoked_at=revoked)
    return (await session.execute(statement.returning(record.id))).scalar_one_or_none()


async def add(session: Session, values: Mapping[str, Any]) -> None:
    await session.execute(insert(OperatorGrantRecord).values(**values))


async def find(session: Session, tenant_id: UUID, grant_id: UUID) -> Grant | None:
    record = OperatorGrantRecord
    query = select(record).where(record.tenant_id == tenant_id, record.id == grant_id)
    row = (await session.execute(query)).scalar_one_or_none()
    return _grant(row) if row else None


async def some(session: Session, tenant_id: UUID, grant_ids: Collection[UUID]) -> Mapping[UUID, Grant]:
    """Returns some grants, in one statement."""
    record = OperatorGrantRecord
    query = select(record).where(record.tenant_id == tenant_id, record.id.in_(list(grant_ids)))
    return {row.id: _grant(row) for row in (await session.execute(query)).scalars()}


async def by_link(session: Session, digest: str) -> Grant | None:
    """Finds the grant whose link was presented; the transaction presents its digest, so no other row is seen."""
    row = (
        await session.execute(select(OperatorGrantRecord).where(OperatorGrantRecord.link_digest == digest))
    ).scalar_one_or_none()
    return _grant(row) if row else None


async def page(session: Session, tenant_id: UUID, *, after: UUID | None, limit: int) -> Sequence[Grant]:
    """Returns a page of an administration's grants, the last asked for first."""
    record = OperatorGrantRecord
    query = select(record).where(record.tenant_id == tenant_id)
    if after is not None:
        query = query.where(record.id < after)
    return [_grant(row) for row in (await session.execute(query.order_by(record.id.desc()).limit(limit))).scalars()]


async def standing(session: Session, tenant_id: UUID) -> Sequence[Grant]:
    """Returns what a screen shows of the grants neither refused nor cut, the last asked for first; time has ended some, they tell."""
    record = OperatorGrantRecord
    own = select(record.id).where(record.tenant_id == tenant_id)
    # Apart, so that no number of requests since pushes an open access off the screen, nor the other way round.
    approved = own.where(record.state == GrantState.APPROVED.value).order_by(record.until.desc()).limit(20)
    waiting = own.where(record.state == GrantState.PENDING.value).order_by(record.id.desc()).limit(20)
    query = select(record).where(
        record.tenant_id == tenant_id,
        or_(record.id.in_(approved.subquery().select()), record.id.in_(waiting.subquery().select())),
    )
    return [_grant(row) for row in (await session.execute(query.order_by(record.id.desc()))).scalars()]


async def open_of(session: Session, tenant_id: UUID, operator_id: UUID, *, now: datetime) -> Sequence[Grant]:
    """Returns the grants of one operator that wait or are open."""
    record = OperatorGrantRecord
    states = [GrantState.PENDING.value, GrantState.APPROVED.value]
    query = select(record).where(
        record.tenant_id == tenant_id, record.operator_id == operator_id, record.state.in_(states)
    )
    grants = [_grant(row) for row in (await session.execute(query.order_by(record.id))).scalars()]
    return [one for one in grants if one.waits_at(now) or one.open_at(now)]


async def move(session: Session, grant: Grant, values: Mapping[str, Any]) -> bool:
    """Puts values in the place of a grant as it was read; False when somebody was quicker."""
    record = OperatorGrantRecord
    statement = (
        update(record)
        .where(record.tenant_id == grant.tenant_id, record.id == grant.id, record.version == grant.version)
        .values(**values, version=grant.version + 1)
    )
    return (await session.execute(statement.returning(record.id))).first() is not None


def _operator(row: OperatorRecord) -> Operator:
    return Operator(id=row.id, name=row.name, email=row.email_key, created_at=row.created_at, revoked_at=row.revoked_at)


def _grant(row: OperatorGrantRecord) -> Grant:
    values = {name: getattr(row, name) for name in Grant.__slots__}
    return Grant(
        **{
            **values,
            "rights": GrantRights(row.rights),
            "state": GrantState(row.state),
            "teams": frozenset(UUID(team) for team in row.teams),
        }
    )
