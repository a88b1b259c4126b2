"""Every SQL statement about passkeys."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or_not

from app.db.transaction import Session
from app.identity.tables import PasskeyRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """A credential of a person. `may_be_copied` and `copied` are its backup eligibility and state (WebAuthn §6.1.3)."""

    tenant_id: UUID
    id: UUID
    user_id: UUID
    credential: bytes
    public_key: bytes
    counter: int
    transports: Sequence[str]
    may_be_copied: bool
    copied: bool
    name: str
    created_at: datetime
    last_used_at: datetime | None


async def add(session: Session, passkey: Passkey, *, digest: str) -> bool:
    """Adds a credential; False when it opens an account already, whoever's (WebAuthn §7.1, step 26)."""
    values = {name: getattr(passkey, name) for name in Passkey.__slots__}
    written = insert_or_not(PasskeyRecord).values(**values, digest=digest).on_conflict_do_nothing()
    return (await session.execute(written.returning(PasskeyRecord.id))).first() is not None


async def by_digest(session: Session, digest: str) -> Passkey | None:
    """Finds the credential that was presented; the transaction presents its digest, so no other row is seen."""
    row = (await session.execute(select(PasskeyRecord).where(PasskeyRecord.digest == digest))).scalar_one_or_none()
    return _passkey(row) if row else None


async def of_user(session: Session, tenant_id: UUID, user_id: UUID) -> Sequence[Passkey]:
    record = PasskeyRecord
    query = select(record).where(record.tenant_id == tenant_id, record.user_id == user_id).order_by(record.id)
    return [_passkey(row) for row in (await session.execute(query)).scalars()]


async def use(session: Session, passkey: Passkey, *, counter: int, copied: bool, at: datetime) -> bool:
    """Notes a use; False when the credential is gone, or was used meanwhile with a later count."""
    record = PasskeyRecord
    query = update(record).where(
        record.tenant_id == passkey.tenant_id, record.id == passkey.id, record.counter == passkey.counter
    )
    written = query.values(counter=counter, copied=copied, last_used_at=at).returning(record.id)
    return (await session.execute(written)).first() is not None


async def remove(session: Session, tenant_id: UUID, user_id: UUID, *, passkey_id: UUID | None = None) -> int:
    """Removes one passkey of a person, or all; returns how many there were."""
    record = PasskeyRecord
    query = delete(record).where(record.tenant_id == tenant_id, record.user_id == user_id)
    if passkey_id is not None:
        query = query.where(record.id == passkey_id)
    return len((await session.execute(query.returning(record.id))).all())


def _passkey(row: PasskeyRecord) -> Passkey:
    return Passkey(**{name: getattr(row, name) for name in Passkey.__slots__})
