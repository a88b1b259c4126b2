"""Every SQL statement about the ways in: sessions, invitations, refused attempts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import delete, func, insert, or_, select, text, update

from app.db.transaction import Session
from app.identity.tables import InvitationRecord, SessionRecord, SignInFailureRecord
from app.ids import new_id

_ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended(:word, 0))")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession:
    """A session of a browser. `strength` is how its holder was known, `proven_at` when last; `agent` the browser's own name."""

    tenant_id: UUID
    id: UUID
    user_id: UUID | None
    key_id: UUID | None
    grant_id: UUID | None
    strength: str
    agent: str
    started_at: datetime
    seen_at: datetime
    until: datetime
    ended_at: datetime | None
    proven_at: datetime


class Purpose(StrEnum):
    """What a link to choose a password is for."""

    INVITATION = "invitation"
    RESET = "reset"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    tenant_id: UUID
    id: UUID
    user_id: UUID
    purpose: Purpose
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None

    def open_at(self, now: datetime) -> bool:
        return self.used_at is None and self.revoked_at is None and now < self.expires_at


async def add_session(session: Session, opened: OpenSession, *, digest: str) -> None:
    values = {name: getattr(opened, name) for name in OpenSession.__slots__}
    await session.execute(insert(SessionRecord).values(**values, digest=digest))


async def session_by_digest(session: Session, digest: str) -> OpenSession | None:
    """Finds the session that was presented; the transaction presents its digest, so no other row is seen."""
    query = select(SessionRecord).where(SessionRecord.digest == digest)
    row = (await session.execute(query)).scalar_one_or_none()
    return _session(row) if row else None


async def sessions_of(session: Session, tenant_id: UUID, user_id: UUID, *, now: datetime) -> Sequence[OpenSession]:
    """Returns the sessions of a person that are still open, the last seen first."""
    query = (
        select(SessionRecord)
        .where(
            SessionRecord.tenant_id == tenant_id,
            SessionRecord.user_id == user_id,
            SessionRecord.ended_at.is_(None),
            SessionRecord.until > now,
        )
        .order_by(SessionRecord.seen_at.desc())
        .limit(100)
    )
    return [_session(row) for row in (await session.execute(query)).scalars()]


async def sessions_by_digests(session: Session, tenant_id: UUID, digests: Collection[str]) -> Mapping[str, OpenSession]:
    """Returns the sessions of some digests, by digest, ended ones too."""
    record = SessionRecord
    query = select(record).where(record.tenant_id == tenant_id, record.digest.in_(list(digests)))
    return {row.digest: _session(row) for row in (await session.execute(query)).scalars()}


async def see_sessions(session: Session, tenant_id: UUID, session_ids: Collection[UUID], *, at: datetime) -> None:
    """Notes that sessions are in use; one that somebody else writes just now is left to them."""
    record = SessionRecord
    free = (
        select(record.id)
        .where(record.tenant_id == tenant_id, record.id.in_(list(session_ids)))
        .order_by(record.id)
        .with_for_update(skip_locked=True)
    )
    await session.execute(update(record).where(record.tenant_id == tenant_id, record.id.in_(free)).values(seen_at=at))


async def see_session(session: Session, tenant_id: UUID, session_id: UUID, *, at: datetime) -> None:
    await session.execute(
        update(SessionRecord)
        .where(SessionRecord.tenant_id == tenant_id, SessionRecord.id == session_id)
        .values(seen_at=at)
    )


async def renew_session(session: Session, tenant_id: UUID, session_id: UUID, *, digest: str, at: datetime) -> bool:
    """Gives a session another word, and notes the proof; False when it is over."""
    record = SessionRecord
    query = update(record).where(record.tenant_id == tenant_id, record.id == session_id, record.ended_at.is_(None))
    written = query.values(digest=digest, proven_at=at, seen_at=at).returning(record.id)
    return (await session.execute(written)).first() is not None


async def end_sessions(
    session: Session,
    tenant_id: UUID,
    *,
    at: datetime,
    session_id: UUID | None = None,
    user_id: UUID | None = None,
    grant_id: UUID | None = None,
    but: UUID | None = None,
) -> int:
    """Ends one session, all those of a grant, or all those of a person less one. Returns how many were open."""
    wanted = [SessionRecord.tenant_id == tenant_id, SessionRecord.ended_at.is_(None)]
    if session_id is not None:
        wanted.append(SessionRecord.id == session_id)
    if user_id is not None:
        wanted.append(SessionRecord.user_id == user_id)
    if grant_id is not None:
        wanted.append(SessionRecord.grant_id == grant_id)
    if but is not None:
        wanted.append(SessionRecord.id != but)
    result = await session.execute(update(SessionRecord).where(*wanted).values(ended_at=at).returning(SessionRecord.id))
    return len(result.all())


async def add_invitation(session: Session, invitation: Invitation, *, digest: str, invited_by: str) -> None:
    """Adds a link; those the person had before are revoked: one opens an account, never two.

    What a stranger may ask for, a reset, revokes former resets alone: it takes no invitation away.
    """
    only = Purpose.RESET if invitation.purpose is Purpose.RESET else None
    await revoke_invitations(session, invitation.tenant_id, invitation.user_id, at=invitation.created_at, only=only)
    values = {name: getattr(invitation, name) for name in Invitation.__slots__} | {"purpose": invitation.purpose.value}
    await session.execute(insert(InvitationRecord).values(**values, digest=digest, invited_by=invited_by))


async def invitation_by_digest(session: Session, digest: str) -> Invitation | None:
    """Finds the invitation that was presented, and holds it until the transaction ends."""
    query = select(InvitationRecord).where(InvitationRecord.digest == digest)
    row = (await session.execute(query)).scalar_one_or_none()
    return _invitation(row) if row else None


async def use_invitation(session: Session, tenant_id: UUID, invitation_id: UUID, *, at: datetime) -> bool:
    """Uses an invitation up; False when somebody was quicker."""
    result = await session.execute(
        update(InvitationRecord)
        .where(
            InvitationRecord.tenant_id == tenant_id,
            InvitationRecord.id == invitation_id,
            InvitationRecord.used_at.is_(None),
            InvitationRecord.revoked_at.is_(None),
            InvitationRecord.expires_at > at,
        )
        .values(used_at=at)
        .returning(InvitationRecord.id)
    )
    return result.first() is not None


async def one_attempt_at_a_time(session: Session, tenant_id: UUID, account: str, address: str) -> None:
    """Keeps other attempts on an account, or from an address, waiting until this transaction has counted its own."""
    for word in sorted((account, address)):  # always in one order: two attempts never wait for each other
        await session.execute(_ALONE, {"word": f"sign-in:{tenant_id}:{word}"})


async def revoke_invitations(
    session: Session, tenant_id: UUID, user_id: UUID, *, at: datetime, only: Purpose | None = None
) -> None:
    """Ends the links of a person that are still open, all of them or those of one purpose."""
    record = InvitationRecord
    wanted = [
        record.tenant_id == tenant_id,
        record.user_id == user_id,
        record.used_at.is_(None),
        record.revoked_at.is_(None),
    ]
    if only is not None:
        wanted.append(record.purpose == only.value)
    await session.execute(update(record).where(*wanted).values(revoked_at=at))


async def use_presented(session: Session, tenant_id: UUID, digest: str, *, at: datetime) -> UUID | None:
    """Uses up the invitation of a digest and returns whose it was; None when it is over, or a link for a password."""
    record = InvitationRecord
    result = await session.execute(
        update(record)
        .where(
            record.tenant_id == tenant_id,
            record.digest == digest,
            record.purpose == Purpose.INVITATION.value,
            record.used_at.is_(None),
            record.revoked_at.is_(None),
            record.expires_at > at,
        )
        .values(used_at=at)
        .returning(record.user_id)
    )
    return result.scalar_one_or_none()


async def add_failure(session: Session, tenant_id: UUID, *, account: str, address: str, at: datetime) -> None:
    await session.execute(
        insert(SignInFailureRecord).values(tenant_id=tenant_id, id=new_id(), account=account, address=address, at=at)
    )


async def failures(
    session: Session, tenant_id: UUID, *, account: str, address: str, since: datetime
) -> tuple[int, int, datetime | None]:
    """Counts the refused attempts on an account, those from an address, and tells when the last of either was."""
    record = SignInFailureRecord
    query = select(
        func.count().filter(record.account == account),
        func.count().filter(record.address == address),
        func.max(record.at),
    ).where(
        record.tenant_id == tenant_id,
        record.at > since,
        or_(record.account == account, record.address == address),
    )
    of_account, of_address, last = (await session.execute(query)).one()
    return of_account, of_address, last


async def forget_failures(
    session: Session, tenant_id: UUID, *, account: str | None = None, before: datetime | None = None
) -> None:
    """Forgets the refused attempts on an account that was opened since, or all those of before an instant."""
    wanted = [SignInFailureRecord.tenant_id == tenant_id]
    if account is not None:
        wanted.append(SignInFailureRecord.account == account)
    if before is not None:
        wanted.append(SignInFailureRecord.at < before)
    await session.execute(delete(SignInFailureRecord).where(*wanted))


def _session(row: SessionRecord) -> OpenSession:
    return OpenSession(**{name: getattr(row, name) for name in OpenSession.__slots__})


def _invitation(row: InvitationRecord) -> Invitation:
    kept = {name: getattr(row, name) for name in Invitation.__slots__}
    return Invitation(**{**kept, "purpose": Purpose(row.purpose)})
