"""Accounts of people: invited, changed, suspended; never deleted, so that what they did keeps its author."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from app.clock import Clock
from app.db.sight import Reach
from app.db.transaction import Database, Session, enter_presented, enter_tenant
from app.errors import Flaw, Invalid, NotFound, Stale
from app.facts import SYSTEM, Actor, FactBook, Seen
from app.identity import doors_repository, people_repository
from app.identity.doors_repository import Invitation, Purpose
from app.identity.facts import TeamJoined, UserChanged, UserInvited, UserReinstated, UserSuspended
from app.identity.passwords import Passwords, refuse_weak
from app.identity.people import Person, email_key, plain_name
from app.identity.refusals import AddressTaken, InvitationOver, LastAdministrator, PasswordRefused
from app.identity.roles import Role
from app.identity.sessions import Sessions, digest_of
from app.identity.turns import take_turn, turn_of
from app.ids import new_id, new_secret
from app.rest.languages import Said

INVITED_FOR = timedelta(hours=72)
RESET_FOR = timedelta(minutes=30)
_PREFIX = "parvis_i"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What an account should be."""

    name: str
    role: Role
    reach: Reach | None = None
    teams: Collection[UUID] = ()


def invitation_url(base_url: str, word: str) -> str:
    """Returns the address a link opens; whoever has it chooses the password, so it is shown once and kept nowhere."""
    return f"{base_url}/invitation/{word}"


class Accounts:
    """The register of people. Every change of rights ends the person's sessions, so that nothing old lives on (T63)."""

    def __init__(
        self, database: Database, sessions: Sessions, passwords: Passwords, book: FactBook, clock: Clock
    ) -> None:
        self._database, self._sessions, self._passwords = database, sessions, passwords
        self._book, self._clock = book, clock

    async def page(self, session: Session, tenant_id: UUID, *, after: UUID | None, limit: int) -> Sequence[Person]:
        return await people_repository.page(session, tenant_id, after=after, limit=limit)

    async def names(self, session: Session, tenant_id: UUID) -> Mapping[UUID, str]:
        """Returns the names of all people, suspended ones too, for a screen; a thousand at most."""
        return await people_repository.names(session, tenant_id)

    async def get(self, session: Session, tenant_id: UUID, user_id: UUID) -> Person:
        """Raises `NotFound`."""
        person = await people_repository.person(session, tenant_id, user_id)
        if person is None:
            raise NotFound(Said("aucun compte n'a cet identifiant", en="no account has this identifier"))
        return person

    async def named(self, session: Session, tenant_id: UUID, email: str) -> Person:
        """Finds an account by its address, however it is written. Raises `NotFound`, or `Invalid` for no address."""
        found = await people_repository.credentials(session, tenant_id, email=email_key(email))
        if found is None:
            raise NotFound(Said("aucun compte n'a cette adresse", en="no account has this address"))
        return found.person

    async def invite(
        self, session: Session, tenant_id: UUID, *, email: str, wanted: Wanted, actor: Actor = SYSTEM
    ) -> tuple[str, Person]:
        """Makes an account and returns the word of its link, for the only time. Raises `AddressTaken` or `Invalid`."""
        key, now = email_key(email), self._clock()
        if await people_repository.taken(session, tenant_id, key):
            raise AddressTaken(AddressTaken.advice)
        await self._known_teams(session, tenant_id, wanted.teams)
        user_id = new_id()
        await people_repository.add(
            session,
            {
                "tenant_id": tenant_id,
                "id": user_id,
                "email": email.strip(),
                "email_key": key,
                "name": plain_name(wanted.name),
                "role": wanted.role.value,
                "reach": wanted.reach.value if wanted.reach else None,
                "created_at": now,
                "version": 1,
            },
        )
        await people_repository.place(session, tenant_id, user_id, wanted.teams, at=now)
        word = await self._link(session, tenant_id, user_id, actor=actor)
        await self._book.record(
            session,
            UserInvited(tenant_id=tenant_id, subject_id=user_id, at=now, actor=actor, role=wanted.role.value),
            *self._joined(tenant_id, user_id, wanted.teams, actor=actor),
        )
        return word, await self.get(session, tenant_id, user_id)

    async def invite_again(self, session: Session, tenant_id: UUID, user_id: UUID, *, actor: Actor) -> str:
        """Returns a new link to choose a password; the former ones open nothing. Raises `NotFound`, or `Invalid`."""
        person = await self.get(session, tenant_id, user_id)
        if person.suspended_at is not None:
            told = Said("ce compte est suspendu : rétablissez-le d'abord", en="this account is suspended")
            raise Invalid(told)
        word = await self._link(session, tenant_id, user_id, actor=actor)
        await self._book.record(
            session,
            UserInvited(tenant_id=tenant_id, subject_id=user_id, at=self._clock(), actor=actor, role=person.role.value),
        )
        return word

    async def reset_link(self, session: Session, tenant_id: UUID, *, email: str) -> tuple[str, Person] | None:
        """Returns a link for the holder of an address to choose another password; None where no password opens one."""
        try:
            key = email_key(email)
        except Invalid:
            return None
        found = await people_repository.credentials(session, tenant_id, email=key)
        if found is None or found.password is None or found.person.suspended_at is not None:
            return None
        if not self._passwords.allowed(found.person.email):
            return None
        word = await self._link(session, tenant_id, found.person.id, actor=SYSTEM, purpose=Purpose.RESET)
        return word, found.person

    async def invited(self, word: str) -> Person:
        """Names whom a link invites, before it is used. Raises `InvitationOver`, always in the same words."""
        return (await self.opened_by(word))[0]

    async def opened_by(self, word: str) -> tuple[Person, Purpose]:
        """Names whose account a link opens, and what for. Raises `InvitationOver`, always in the same words."""
        async with self._database.transaction(presented=digest_of(word)) as session:
            found, person = await self._presented(session, word)
            return person, found.purpose

    async def accept(self, word: str, *, password: str) -> Person:
        """Uses a link: the password is the person's own from now on. Raises `InvitationOver`, `PasswordRefused` or `Invalid`."""
        person = await self.invited(word)
        if not self._passwords.allowed(person.email):
            raise PasswordRefused(PasswordRefused.advice)
        refuse_weak(password, about=(*person.name.split(), *person.email.split("@")[:1]))
        digest = await self._passwords.digest(password)
        async with self._database.transaction(presented=digest_of(word)) as session:
            invitation, person = await self._presented(session, word)
            now = self._clock()
            if not await doors_repository.use_invitation(session, person.tenant_id, invitation.id, at=now):
                raise InvitationOver(InvitationOver.advice)
            await self._set_password(session, person, digest=digest, actor=Actor("agent", person.id, person.name))
        return person

    @property
    def passwords_for_everybody(self) -> bool:
        """Says whether any account may be opened with a password here."""
        return self._passwords.for_everybody

    def may_choose_password(self, person: Person) -> bool:
        """Says whether the account may be opened with a password here."""
        return self._passwords.allowed(person.email)

    async def proves(self, person: Person, password: str) -> bool:
        """Says whether this is the person's present password. Raises `TooManyRequests`: guessing waits here too."""
        # By account alone: whoever guesses here holds a session of it.
        turn = turn_of(account=f"proof/{person.id}", address=f"session/{person.id}")
        await take_turn(self._database, person.tenant_id, turn, now=self._clock())
        async with self._database.transaction(tenant=person.tenant_id) as session:
            found = await people_repository.credentials(session, person.tenant_id, user_id=person.id)
        if not await self._passwords.right(password, found.password if found else None):
            return False
        async with self._database.transaction(tenant=person.tenant_id) as session:
            await doors_repository.forget_failures(session, person.tenant_id, account=turn.account)
        return True

    async def choose_password(self, person: Person, *, present: str, wanted: str, session_id: UUID | None) -> None:
        """Changes one's own password; every other session of the person ends. Raises `Invalid` beside the field."""
        if not self._passwords.allowed(person.email):
            raise PasswordRefused(PasswordRefused.advice)
        if not await self.proves(person, present):
            told = Said("ce n'est pas votre mot de passe actuel", en="this is not your present password")
            raise Invalid(flaws=[Flaw("/present", "password", told)])
        refuse_weak(wanted, about=(*person.name.split(), *person.email.split("@")[:1]), pointer="/wanted")
        digest = await self._passwords.digest(wanted)
        async with self._database.transaction(tenant=person.tenant_id) as session:
            actor = Actor("agent", person.id, person.name)
            await self._set_password(session, person, digest=digest, actor=actor, but=session_id)

    async def change(
        self, session: Session, tenant_id: UUID, user_id: UUID, wanted: Wanted, *, version: int, actor: Actor
    ) -> Person:
        """Changes name, role, reach and teams. Raises `NotFound`, `Stale`, `LastAdministrator` or `Invalid`."""
        was = await self.get(session, tenant_id, user_id)
        if set(wanted.teams) != was.teams:  # who was in a team that is archived now stays in it
            await self._known_teams(session, tenant_id, wanted.teams)
        if was.role is Role.ADMINISTRATOR and wanted.role is not Role.ADMINISTRATOR:
            await self._not_the_last(session, was)
        values = {
            "name": plain_name(wanted.name),
            "role": wanted.role.value,
            "reach": wanted.reach.value if wanted.reach else None,
        }
        if not await people_repository.change(session, tenant_id, user_id, values, version=version):
            raise Stale
        await people_repository.place(session, tenant_id, user_id, wanted.teams, at=self._clock())
        now = await self.get(session, tenant_id, user_id)
        changed = [name for name in ("name", "role", "reach", "teams") if getattr(was, name) != getattr(now, name)]
        if set(changed) & {"role", "reach", "teams"}:
            await self._sessions.end_all(session, tenant_id, user_id)
            # Whoever was handed a link for lesser rights must not open greater ones with it.
            await doors_repository.revoke_invitations(session, tenant_id, user_id, at=self._clock())
        await self._book.record(
            session,
            UserChanged(
                tenant_id=tenant_id,
                subject_id=user_id,
                at=self._clock(),
                actor=actor,
                changed=changed,
                role=now.role.value,
            ),
            *self._joined(tenant_id, user_id, now.teams - was.teams, actor=actor),
        )
        return now

    async def suspend(self, session: Session, tenant_id: UUID, user_id: UUID, *, actor: Actor) -> Person:
        """Closes an account: sessions and links end now. Raises `NotFound` or `LastAdministrator`."""
        person = await self.get(session, tenant_id, user_id)
        if person.suspended_at is None:
            if person.role is Role.ADMINISTRATOR:
                await self._not_the_last(session, person)
            now = self._clock()
            await people_repository.change(session, tenant_id, user_id, {"suspended_at": now})
            await self._sessions.end_all(session, tenant_id, user_id)
            await doors_repository.revoke_invitations(session, tenant_id, user_id, at=now)
            fact = UserSuspended(tenant_id=tenant_id, subject_id=user_id, at=now, actor=actor)
            await self._book.record(session, fact)
        return await self.get(session, tenant_id, user_id)

    async def reinstate(self, session: Session, tenant_id: UUID, user_id: UUID, *, actor: Actor) -> Person:
        """Opens a suspended account again, with the rights it had. Raises `NotFound`."""
        person = await self.get(session, tenant_id, user_id)
        if person.suspended_at is not None:
            await people_repository.change(session, tenant_id, user_id, {"suspended_at": None})
            fact = UserReinstated(tenant_id=tenant_id, subject_id=user_id, at=self._clock(), actor=actor)
            await self._book.record(session, fact)
        return await self.get(session, tenant_id, user_id)

    async def close_sessions(self, session: Session, tenant_id: UUID, user_id: UUID, *, actor: Actor) -> None:
        """Ends all the sessions of a person, and writes who did it into the journal. Raises `NotFound`."""
        await self.get(session, tenant_id, user_id)
        ended = await self._sessions.end_all(session, tenant_id, user_id)
        closed = Seen(
            tenant_id=tenant_id,
            subject_id=user_id,
            at=self._clock(),
            actor=actor,
            action="sessions.closed",
            detail={"number": ended},
        )
        await self._book.record(session, closed)

    def _joined(self, tenant_id: UUID, user_id: UUID, teams: Collection[UUID], *, actor: Actor) -> list[TeamJoined]:
        now = self._clock()
        joined = TeamJoined(tenant_id=tenant_id, subject_id=user_id, at=now, actor=actor, teams=sorted(teams))
        return [joined] if teams else []

    async def _presented(self, session: Session, word: str) -> tuple[Invitation, Person]:
        found = await doors_repository.invitation_by_digest(session, digest_of(word))
        if found is None or not found.open_at(self._clock()):
            raise InvitationOver(InvitationOver.advice)
        await enter_presented(session, "")
        await enter_tenant(session, found.tenant_id)
        person = await people_repository.person(session, found.tenant_id, found.user_id)
        if person is None or person.suspended_at is not None:
            raise InvitationOver(InvitationOver.advice)
        return found, person

    async def _link(
        self,
        session: Session,
        tenant_id: UUID,
        user_id: UUID,
        *,
        actor: Actor,
        purpose: Purpose = Purpose.INVITATION,
    ) -> str:
        word, now = new_secret(_PREFIX), self._clock()
        invitation = Invitation(
            tenant_id=tenant_id,
            id=new_id(),
            user_id=user_id,
            purpose=purpose,
            created_at=now,
            expires_at=now + (INVITED_FOR if purpose is Purpose.INVITATION else RESET_FOR),
            used_at=None,
            revoked_at=None,
        )
        await doors_repository.add_invitation(session, invitation, digest=digest_of(word), invited_by=actor.label)
        return word

    async def _set_password(
        self, session: Session, person: Person, *, digest: str, actor: Actor, but: UUID | None = None
    ) -> None:
        now = self._clock()
        values = {"password": digest, "password_changed_at": now}
        await people_repository.change(session, person.tenant_id, person.id, values)
        await self._sessions.end_all(session, person.tenant_id, person.id, but=but)
        await doors_repository.revoke_invitations(session, person.tenant_id, person.id, at=now)
        fact = UserChanged(
            tenant_id=person.tenant_id,
            subject_id=person.id,
            at=now,
            actor=actor,
            changed=["password"],
            role=person.role.value,
        )
        await self._book.record(session, fact)

    async def _not_the_last(self, session: Session, person: Person) -> None:
        if not set(await people_repository.administrators(session, person.tenant_id)) - {person.id}:
            raise LastAdministrator(LastAdministrator.advice)

    async def _known_teams(self, session: Session, tenant_id: UUID, teams: Collection[UUID]) -> None:
        known = {team.id for team in await people_repository.teams(session, tenant_id)} if teams else set()
        if set(teams) - known:
            told = Said("équipe inconnue ou archivée", en="unknown or archived team")
            raise Invalid(flaws=[Flaw("/teams", "unknown", told)])
