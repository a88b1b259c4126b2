"""Every SQL statement about access keys."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, or_, select, update

from app.db.transaction import Session
from app.identity.tables import ApiKeyRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key as stored: never the key itself."""

    tenant_id: UUID
    id: UUID
    name: str
    hint: str
    scopes: frozenset[str]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None
    replaces_id: UUID | None = None


async def by_digest(session: Session, digest: str) -> ApiKey | None:
    """Finds the key that was presented; the transaction presents its digest, so no other row is seen."""
    row = (await session.execute(select(ApiKeyRecord).where(ApiKeyRecord.digest == digest))).scalar_one_or_none()
    return _value(row) if row else None


async def by_id(session: Session, tenant_id: UUID, key_id: UUID) -> ApiKey | None:
    query = select(ApiKeyRecord).where(ApiKeyRecord.tenant_id == tenant_id, ApiKeyRecord.id == key_id)
    row = (await session.execute(query)).scalar_one_or_none()
    return _value(row) if row else None


async def some(
    session: Session, tenant_id: UUID, *, digests: Collection[str], ids: Collection[UUID]
) -> Sequence[tuple[str, ApiKey]]:
    """Returns the keys of some digests or identifiers, each with its digest, in one statement."""
    record = ApiKeyRecord
    query = select(record).where(
        record.tenant_id == tenant_id, or_(record.digest.in_(list(digests)), record.id.in_(list(ids)))
    )
    return [(row.digest, _value(row)) for row in (await session.execute(query)).scalars()]


async def touch_some(session: Session, tenant_id: UUID, key_ids: Collection[UUID], *, at: datetime) -> None:
    """Notes that keys are in use; one that somebody else writes just now is left to them."""
    record = ApiKeyRecord
    free = (
        select(record.id)
        .where(record.tenant_id == tenant_id, record.id.in_(list(key_ids)))
        .order_by(record.id)
        .with_for_update(skip_locked=True)
    )
    await session.execute(
        update(record).where(record.tenant_id == tenant_id, record.id.in_(free)).values(last_used_at=at)
    )


async def list_keys(session: Session, tenant_id: UUID) -> Sequence[ApiKey]:
    rows = await session.execute(
        select(ApiKeyRecord).where(ApiKeyRecord.tenant_id == tenant_id).order_by(ApiKeyRecord.id).limit(500)
    )
    return [_value(row) for row in rows.scalars()]


async def page(
    session: Session, tenant_id: UUID, *, after: UUID | None, limit: int, only: frozenset[str] | None = None
) -> Sequence[ApiKey]:
    """Returns a page of keys, in the order they were made; `only` those whose scopes are exactly these."""
    query = select(ApiKeyRecord).where(ApiKeyRecord.tenant_id == tenant_id)
    if only is not None:
        query = query.where(ApiKeyRecord.scopes == sorted(only))
    if after is not None:
        query = query.where(ApiKeyRecord.id > after)
    return [_value(row) for row in (await session.execute(query.order_by(ApiKeyRecord.id).limit(limit))).scalars()]


async def add(session: Session, key: ApiKey, *, digest: str) -> None:
    await session.execute(
        insert(ApiKeyRecord).values(
            tenant_id=key.tenant_id,
            id=key.id,
            name=key.name,
            hint=key.hint,
            digest=digest,
            scopes=sorted(key.scopes),
            created_at=key.created_at,
            expires_at=key.expires_at,
            replaces_id=key.replaces_id,
        )
    )


async def touch(session: Session, tenant_id: UUID, key_id: UUID, *, at: datetime) -> None:
    await session.execute(
        update(ApiKeyRecord)
        .where(ApiKeyRecord.tenant_id == tenant_id, ApiKeyRecord.id == key_id)
        .values(last_used_at=at)
    )


async def expire(session: Session, tenant_id: UUID, key_id: UUID, *, at: datetime) -> None:
    """Sets the term of a key."""
    record = ApiKeyRecord
    await session.execute(
        update(record).where(record.tenant_id == tenant_id, record.id == key_id).values(expires_at=at)
    )


async def revoke(session: Session, tenant_id: UUID, key_id: UUID, *, at: datetime) -> bool:
    result = await session.execute(
        update(ApiKeyRecord)
        .where(ApiKeyRecord.tenant_id == tenant_id, ApiKeyRecord.id == key_id, ApiKeyRecord.revoked_at.is_(None))
        .values(revoked_at=at)
        .returning(ApiKeyRecord.id)
    )
    return result.first() is not None


def _value(row: ApiKeyRecord) -> ApiKey:
    return ApiKey(
        tenant_id=row.tenant_id,
        id=row.id,
        name=row.name,
        hint=row.hint,
        scopes=frozenset(row.scopes),
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
        replaces_id=row.replaces_id,
    )
