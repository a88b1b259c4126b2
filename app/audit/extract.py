"""Pages taken out of the journal: what was done to some things, each entry with its link of the chain.

What it proves: `verify_entries` recomputes each digest from the entry and the digest before it, so no entry of the copy
can be altered alone. That the copy is of the true journal is known by comparing its digests with the house's own, or with
those of a copy taken another day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.audit.journal import link
from app.audit.tables import AuditRecord, SealRecord
from app.db.transaction import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link of the chain; `digest` binds an entry to the digest before it."""

    number: int
    previous: bytes
    digest: bytes
    sealed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """An entry as the journal holds it; without a link while it waits to be sealed."""

    tenant_id: UUID
    id: UUID
    at: datetime
    actor: str
    action: str
    object_id: UUID
    detail: dict[str, Any]
    link: Link | None


async def entries_about(session: Session, tenant_id: UUID, object_ids: Sequence[UUID]) -> list[Copied]:
    """Returns what was done to some things, in the order of the chain, what is not sealed yet at the end."""
    entry, seal = AuditRecord, SealRecord
    query = (
        select(entry, seal)
        .outerjoin(seal, (seal.tenant_id == entry.tenant_id) & (seal.entry_id == entry.id))
        .where(entry.tenant_id == tenant_id, entry.object_id.in_(object_ids))
        .order_by(seal.number.nulls_last(), entry.xid, entry.id)
    )
    return [_copied(row[0], row[1]) for row in await session.execute(query)]


async def head(session: Session, tenant_id: UUID) -> Link | None:
    """Returns the last link of the chain: a witness of the whole journal at this instant."""
    seal = SealRecord
    query = select(seal).where(seal.tenant_id == tenant_id).order_by(seal.number.desc()).limit(1)
    row = (await session.execute(query)).scalar_one_or_none()
    return _link(row) if row else None


def verify_entries(entries: Sequence[Copied]) -> str | None:
    """Recomputes the links of a copy. Returns None when they hold, else the first broken one in words."""
    before: Link | None = None
    for one in entries:
        if one.link is None:
            continue
        if one.link.digest != link(one.link.previous, one):
            return f"link {one.link.number} does not match its entry: one of them was altered"
        if before is not None and one.link.number <= before.number:
            return f"link {one.link.number} is not in its place"
        if before is not None and one.link.number == before.number + 1 and one.link.previous != before.digest:
            return f"link {one.link.number} does not follow link {before.number}"
        before = one.link
    return None


def _copied(entry: AuditRecord, seal: SealRecord | None) -> Copied:
    return Copied(
        tenant_id=entry.tenant_id,
        id=entry.id,
        at=entry.at,
        actor=entry.actor,
        action=entry.action,
        object_id=entry.object_id,
        detail=entry.detail,
        link=_link(seal) if seal else None,
    )


def _link(seal: SealRecord) -> Link:
    return Link(number=seal.number, previous=seal.previous, digest=seal.digest, sealed_at=seal.sealed_at)
