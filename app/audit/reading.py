"""Every SQL statement about reading the journal, and its signed head."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import func, select

from app.audit.tables import AuditRecord, SealRecord
from app.db.transaction import Session
from app.sealing import KeyRing

_PURPOSE = "audit-head"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the journal is narrowed to; an absent value narrows nothing."""

    actor: str | None = None
    action: str | None = None
    object_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One act as written; `link` is its number in the chain, None until the sealer passed."""

    id: UUID
    at: datetime
    actor: str
    action: str
    object_id: UUID
    detail: dict[str, Any]
    link: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The last link, signed: kept elsewhere, it proves that nothing before it was rewritten since.

    `signature` is Ed25519 (RFC 8032) over `parvis/audit-head`, the tenant's sixteen bytes, the number as eight bytes
    big-endian, and the digest.
    """

    number: int
    digest: bytes
    sealed_at: datetime | None
    signature: bytes
    public_key: bytes


async def page(
    session: Session, tenant_id: UUID, wanted: Wanted, *, after: UUID | None, limit: int
) -> Sequence[Written]:
    """Returns a page of the journal, the last written first."""
    entry, sealed = AuditRecord, SealRecord
    query = (
        select(entry, sealed.number)
        .outerjoin(sealed, (sealed.tenant_id == tenant_id) & (sealed.entry_id == entry.id))
        .where(entry.tenant_id == tenant_id)
    )
    if wanted.actor is not None:
        query = query.where(entry.actor == wanted.actor)
    if wanted.action is not None:
        query = query.where(entry.action == wanted.action)
    if wanted.object_id is not None:
        query = query.where(entry.object_id == wanted.object_id)
    if wanted.since is not None:
        query = query.where(entry.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(entry.at < wanted.until)
    if after is not None:
        query = query.where(entry.id < after)
    rows = await session.execute(query.order_by(entry.id.desc()).limit(limit))
    return [
        Written(
            id=row.id,
            at=row.at,
            actor=row.actor,
            action=row.action,
            object_id=row.object_id,
            detail=row.detail,
            link=number,
        )
        for row, number in rows
    ]


async def head(session: Session, tenant_id: UUID, ring: KeyRing) -> Head:
    """Returns the signed head of the chain; number 0 and a digest of zeros before the first link."""
    query = select(SealRecord).where(SealRecord.tenant_id == tenant_id).order_by(SealRecord.number.desc()).limit(1)
    last = (await session.execute(query)).scalar_one_or_none()
    number, digest = (last.number, last.digest) if last else (0, bytes(32))
    key = Ed25519PrivateKey.from_private_bytes(ring.key(_PURPOSE))
    said = b"parvis/audit-head" + tenant_id.bytes + number.to_bytes(8) + digest
    return Head(
        number=number,
        digest=digest,
        sealed_at=last.sealed_at if last else None,
        signature=key.sign(said),
        public_key=key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw),
    )


async def links(session: Session, tenant_id: UUID) -> int:
    query = select(func.coalesce(func.max(SealRecord.number), 0)).where(SealRecord.tenant_id == tenant_id)
    return int((await session.execute(query)).scalar_one())
