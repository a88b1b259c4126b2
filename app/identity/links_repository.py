"""Every SQL statement about identities of a provider: whose account each opens, and which attempts were used."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or_not

from app.db.transaction import Session
from app.identity.codes import hint_bound
from app.identity.tables import IdentityLinkRecord, SessionRecord, SpentSignInRecord
from app.vault.columns import SealedColumn

SEALED = SealedColumn(
    name="sign-outs", record=SessionRecord, column="sign_out_hint", about="user_id", bound_to=hint_bound
)


async def holder(session: Session, tenant_id: UUID, *, issuer: str, idp_id: str, subject: str) -> UUID | None:
    """Returns the account an identity opens."""
    link = IdentityLinkRecord
    query = select(link.user_id).where(
        link.tenant_id == tenant_id, link.issuer == issuer, link.idp_id == idp_id, link.subject == subject
    )
    return (await session.execute(query)).scalar_one_or_none()


async def linked(session: Session, tenant_id: UUID, user_id: UUID) -> bool:
    """Says whether any identity opens the account."""
    link = IdentityLinkRecord
    query = select(link.id).where(link.tenant_id == tenant_id, link.user_id == user_id).limit(1)
    return (await session.execute(query)).first() is not None


async def link(session: Session, values: Mapping[str, Any]) -> bool:
    """Makes an identity open an account, instead of the one of that provider that did; False when it opens another."""
    former = delete(IdentityLinkRecord).where(
        IdentityLinkRecord.tenant_id == values["tenant_id"],
        IdentityLinkRecord.user_id == values["user_id"],
        IdentityLinkRecord.issuer == values["issuer"],
    )
    await session.execute(former)
    statement = insert_or_not(IdentityLinkRecord).values(**values).on_conflict_do_nothing()
    return (await session.execute(statement.returning(IdentityLinkRecord.id))).first() is not None


async def spend(session: Session, tenant_id: UUID, digest: str, *, at: datetime, forget_before: datetime) -> bool:
    """Uses an attempt up; False when it was used before. Those of long ago are forgotten on the way."""
    record = SpentSignInRecord
    await session.execute(delete(record).where(record.tenant_id == tenant_id, record.at < forget_before))
    statement = insert_or_not(record).values(tenant_id=tenant_id, digest=digest, at=at).on_conflict_do_nothing()
    return (await session.execute(statement.returning(record.digest))).first() is not None


async def keep_hint(session: Session, tenant_id: UUID, digest: str, hint: bytes) -> None:
    """Keeps, with the session of a digest, what the provider will ask for at its end."""
    await session.execute(
        update(SessionRecord)
        .where(SessionRecord.tenant_id == tenant_id, SessionRecord.digest == digest)
        .values(sign_out_hint=hint)
    )


async def hint(session: Session, tenant_id: UUID, session_id: UUID) -> bytes | None:
    query = select(SessionRecord.sign_out_hint).where(
        SessionRecord.tenant_id == tenant_id, SessionRecord.id == session_id
    )
    return (await session.execute(query)).scalar_one_or_none()
