"""Whose account an identity opens: the one it was linked to, and how it comes to be linked (T68).

An address alone never opens an account: it links one that was declared and never used, once, when the provider answers for
that address. From then on the identity is (issuer, provider behind it, subject), whatever becomes of the address.
"""

from datetime import datetime
from uuid import UUID

from app.db.transaction import Session
from app.errors import Invalid
from app.facts import Actor, FactBook
from app.identity import doors_repository, links_repository, people_repository
from app.identity.facts import UserLinked
from app.identity.oidc.asking import Vouched
from app.identity.oidc.provider import Provider, ProviderKind
from app.identity.oidc.troubles import NotLetIn, Trouble
from app.identity.people import Person, email_key
from app.identity.people_repository import Credentials
from app.identity.sessions import Sessions, digest_of
from app.ids import new_id


class Recognising:
    """Finds the account of an identity, in the transaction of its signing in."""

    def __init__(self, provider: Provider, sessions: Sessions, book: FactBook) -> None:
        self._provider, self._sessions, self._book = provider, sessions, book

    async def account(
        self, session: Session, tenant_id: UUID, vouched: Vouched, *, invitation: str, now: datetime
    ) -> Credentials:
        """Returns the account, held until the transaction ends. Raises `NotLetIn`."""
        holder = await links_repository.holder(
            session, tenant_id, issuer=vouched.issuer, idp_id=vouched.idp_id, subject=vouched.subject
        )
        if invitation:
            return await self._invited(session, tenant_id, vouched, word=invitation, holder=holder, now=now)
        if holder is not None:
            return _open(await people_repository.credentials(session, tenant_id, user_id=holder))
        return await self._declared(session, tenant_id, vouched, now=now)

    async def _invited(
        self, session: Session, tenant_id: UUID, vouched: Vouched, *, word: str, holder: UUID | None, now: datetime
    ) -> Credentials:
        user_id = await doors_repository.use_presented(session, tenant_id, digest_of(word), at=now)
        if user_id is None:
            raise NotLetIn(Trouble.INVITATION_OVER)
        if holder not in {None, user_id}:
            raise NotLetIn(Trouble.TAKEN)
        found = _open(await people_repository.credentials(session, tenant_id, user_id=user_id))
        if holder is None:
            await self._link(session, found.person, vouched, by="invitation", now=now)
        return found

    async def _declared(self, session: Session, tenant_id: UUID, vouched: Vouched, *, now: datetime) -> Credentials:
        # ProConnect does not speak of verification: the organisation of that SIRET answers for its agents' addresses.
        answered = vouched.email_verified is True or (
            vouched.email_verified is None and self._provider.kind is ProviderKind.PROCONNECT
        )
        if not answered:
            raise NotLetIn(Trouble.UNKNOWN, why="address not verified")
        try:
            email = email_key(vouched.email)
        except Invalid:
            raise NotLetIn(Trouble.UNKNOWN, why="no address") from None
        found = await people_repository.credentials(session, tenant_id, email=email)
        if found is None:
            raise NotLetIn(Trouble.UNKNOWN)
        person = _open(found).person
        used = person.has_password or person.seen_at is not None
        if used or await links_repository.linked(session, tenant_id, person.id):
            raise NotLetIn(Trouble.UNKNOWN, why="account in use")
        await self._link(session, person, vouched, by="address", now=now)
        await doors_repository.revoke_invitations(session, tenant_id, person.id, at=now)
        return found

    async def _link(self, session: Session, person: Person, vouched: Vouched, *, by: str, now: datetime) -> None:
        values = {
            "tenant_id": person.tenant_id,
            "id": new_id(),
            "user_id": person.id,
            "issuer": vouched.issuer,
            "idp_id": vouched.idp_id,
            "subject": vouched.subject,
            "linked_by": by,
            "linked_at": now,
        }
        if not await links_repository.link(session, values):
            raise NotLetIn(Trouble.TAKEN)
        await self._sessions.end_all(session, person.tenant_id, person.id)
        await self._book.record(
            session,
            UserLinked(
                tenant_id=person.tenant_id,
                subject_id=person.id,
                at=now,
                actor=Actor("agent", person.id, person.name),
                issuer=vouched.issuer,
                by=by,
            ),
        )


def _open(found: Credentials | None) -> Credentials:
    if found is None:
        raise NotLetIn(Trouble.UNKNOWN)
    if found.person.suspended_at is not None:
        raise NotLetIn(Trouble.SUSPENDED)
    return found
