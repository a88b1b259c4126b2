"""Every SQL statement of the REST manners."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, insert, select

from app.db.transaction import Session
from app.ids import new_id
from app.rest.tables import IdempotencyKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """One request as its caller named it: the scope of an idempotency key."""

    tenant_id: UUID
    caller: str
    operation: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The answer a named request got, with the fingerprint of what was asked."""

    request_hash: bytes
    status: int
    headers: dict[str, str]
    body: bytes
    at: datetime


async def claim(session: Session, named: Named) -> bool:
    """Takes the right to carry out a named request until the transaction ends; False when another one holds it."""
    words = "\x1f".join((str(named.tenant_id), named.caller, named.operation, named.key))
    number = int.from_bytes(hashlib.sha256(words.encode()).digest()[:8], signed=True)
    return bool(await session.scalar(select(func.pg_try_advisory_xact_lock(number))))


async def find(session: Session, named: Named) -> Kept | None:
    row = (
        await session.execute(
            select(
                IdempotencyKey.request_hash,
                IdempotencyKey.status,
                IdempotencyKey.headers,
                IdempotencyKey.body,
                IdempotencyKey.created_at,
            ).where(
                IdempotencyKey.tenant_id == named.tenant_id,
                IdempotencyKey.caller == named.caller,
                IdempotencyKey.operation == named.operation,
                IdempotencyKey.key == named.key,
            )
        )
    ).one_or_none()
    if row is None:
        return None
    return Kept(request_hash=row.request_hash, status=row.status, headers=row.headers, body=row.body, at=row.created_at)


async def keep(session: Session, named: Named, kept: Kept) -> None:
    """Writes the answer beside its effect; a rollback leaves neither."""
    await session.execute(
        insert(IdempotencyKey).values(
            tenant_id=named.tenant_id,
            id=new_id(),
            caller=named.caller,
            operation=named.operation,
            key=named.key,
            request_hash=kept.request_hash,
            status=kept.status,
            headers=kept.headers,
            body=kept.body,
            created_at=kept.at,
        )
    )


async def forget(session: Session, named: Named) -> None:
    """Deletes one kept answer, so that its key may be used again."""
    await session.execute(
        delete(IdempotencyKey).where(
            IdempotencyKey.tenant_id == named.tenant_id,
            IdempotencyKey.caller == named.caller,
            IdempotencyKey.operation == named.operation,
            IdempotencyKey.key == named.key,
        )
    )


async def forget_before(session: Session, *, tenant_id: UUID, before: datetime) -> int:
    """Deletes the answers of a tenant kept before an instant and says how many."""
    gone = await session.execute(
        delete(IdempotencyKey)
        .where(IdempotencyKey.tenant_id == tenant_id, IdempotencyKey.created_at < before)
        .returning(IdempotencyKey.id)
    )
    return len(gone.all())
