"""Signing in with an address, a password and, where there is one, a code: uniform, throttled, uninformative."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from app.clock import Clock
from app.db.transaction import Database, Session
from app.errors import Invalid, Unauthenticated
from app.facts import Actor, FactBook, Seen
from app.identity import codes, doors_repository, people_repository
from app.identity.codes import Codes
from app.identity.passkeys import Ceremony, Passkeys
from app.identity.passwords import Passwords
from app.identity.people import Person, email_key
from app.identity.people_repository import Credentials
from app.identity.sessions import Sessions
from app.identity.turns import take_turn, turn_of
from app.rest.languages import Said

_REFUSED = Said(
    "adresse, mot de passe ou code refusé : vérifiez-les, ou demandez un nouveau lien à votre administrateur",
    en="address, password or code refused: check them, or ask your administrator for a new link",
)


class Strength(StrEnum):
    """How the holder of a session was known, from weakest to strongest."""

    PASSWORD = "password"  # noqa: S105 — a word of the vocabulary
    KEY = "key"
    PASSWORD_AND_CODE = "password+code"  # noqa: S105
    PASSKEY = "passkey"  # possession and the user's own gesture or PIN: two factors in one
    PROVIDER = "provider"
    PROVIDER_MFA = "provider+mfa"


@dataclass(frozen=True, slots=True)
class Opened:
    """A session just opened: the word for the cookie, and whose it is."""

    word: str
    person: Person


class CodeWanted(Unauthenticated):
    """The password is right; the account also has a code."""

    code = "code-wanted"
    title_fr = "Un code est attendu"
    title_en = "A code is wanted"
    advice = Said("donnez le code de votre application", en="give the code of your application")


class PasskeyWanted(CodeWanted):
    """The password is right; the account is also protected by a passkey, and has no code."""

    code = "passkey-wanted"
    title_fr = "Une clé d'accès est attendue"
    title_en = "A passkey is wanted"
    advice = Said("servez-vous de votre clé d'accès", en="use your passkey")


class SigningIn:
    """One attempt is one transaction that counts itself before anything is hashed, so that none is free."""

    def __init__(
        self,
        database: Database,
        sessions: Sessions,
        passwords: Passwords,
        keeper: Codes,
        passkeys: Passkeys,
        book: FactBook,
        clock: Clock,
    ) -> None:
        self._database, self._sessions, self._passwords = database, sessions, passwords
        self._codes, self._passkeys, self._book, self._clock = keeper, passkeys, book, clock

    async def by_password(
        self, tenant_id: UUID, *, email: str, password: str, code: str, address: str, agent: str
    ) -> Opened:
        """Opens a session. Raises `Unauthenticated` in the same words whatever was wrong, `CodeWanted`, `TooManyRequests`.

        `address` is where the attempt came from; only its digest is kept, for a day.
        """
        turn = turn_of(account=compared(email), address=address)
        await take_turn(self._database, tenant_id, turn, now=self._clock())
        async with self._database.transaction(tenant=tenant_id) as session:
            found = await people_repository.credentials(session, tenant_id, email=compared(email))
        right = await self._passwords.right(password, found.password if found else None)
        if found is None or not right or found.person.suspended_at is not None:
            raise Unauthenticated(_REFUSED)
        if not self._passwords.allowed(found.person.email):
            raise Unauthenticated(_REFUSED)
        return await self._open(tenant_id, found, code=code, account=turn.account, agent=agent)

    async def by_passkey(self, *, sealed: str, answer: str, agent: str) -> Opened:
        """Opens a session with a passkey alone. Raises `Unauthenticated`, always in the same words.

        Where a provider opens accounts, a passkey opens those a password may open: leaving the provider closes the others.
        """
        signed = await self._passkeys.proven(sealed=sealed, answer=answer)
        async with self._database.transaction(tenant=signed.tenant_id) as session:
            found = await people_repository.credentials(session, signed.tenant_id, user_id=signed.user_id)
            if found is None or found.person.suspended_at is not None:
                raise Unauthenticated(_REFUSED)
            if not self._passwords.allowed(found.person.email):
                raise Unauthenticated(_REFUSED)
            return await self._let_in(session, found, strength=Strength.PASSKEY, agent=agent)

    async def passkeys_of(self, tenant_id: UUID, email: str) -> Ceremony:
        """Returns what to ask of the browser of somebody whose password was right: their own passkeys, resident or not."""
        async with self._database.transaction(tenant=tenant_id) as session:
            found = await people_repository.credentials(session, tenant_id, email=compared(email))
            known = await self._passkeys.of(session, tenant_id, found.person.id) if found else ()
        return self._passkeys.asking(known)

    async def _open(self, tenant_id: UUID, proven: Credentials, *, code: str, account: str, agent: str) -> Opened:
        user_id = proven.person.id
        async with self._database.transaction(tenant=tenant_id) as session:
            found = await people_repository.credentials(session, tenant_id, user_id=user_id)
            # Hashing takes a while: an account closed, or given another password meanwhile, is not opened by the old one.
            if found is None or found.person.suspended_at is not None or found.password != proven.password:
                raise Unauthenticated(_REFUSED)
            strength = Strength.PASSWORD
            if found.totp is not None:
                step = await self._step(session, found, code)
                strength = Strength.PASSWORD_AND_CODE
                await people_repository.note(session, tenant_id, user_id, totp_step=step)
            elif found.person.passkeys:
                raise PasskeyWanted(PasskeyWanted.advice)
            await doors_repository.forget_failures(session, tenant_id, account=account)
            return await self._let_in(session, found, strength=strength, agent=agent)

    async def _let_in(self, session: Session, found: Credentials, *, strength: Strength, agent: str) -> Opened:
        person, now = found.person, self._clock()
        await people_repository.note(session, person.tenant_id, person.id, seen_at=now)
        word = await self._sessions.open(session, person.tenant_id, holder=person, strength=strength, agent=agent)
        opened = Seen(
            tenant_id=person.tenant_id,
            subject_id=person.id,
            at=now,
            actor=Actor("agent", person.id, person.name),
            action="session.opened",
            detail={"strength": strength.value},
        )
        await self._book.record(session, opened)
        return Opened(word, person)

    async def _step(self, session: Session, found: Credentials, code: str) -> int:
        person = found.person
        if not code.strip():
            raise CodeWanted(CodeWanted.advice)
        assert found.totp is not None
        secret = await self._codes.open(session, found.totp, tenant_id=person.tenant_id, user_id=person.id)
        step = codes.step_of(code, secret, now=self._clock(), last=found.totp_step)
        if step is None:
            raise Unauthenticated(_REFUSED)
        return step


def compared(email: str) -> str:
    """Returns the form accounts are found by, whatever was typed: attempts are counted by it too, however the address is written."""
    try:
        return email_key(email)
    except Invalid:
        return email.strip().casefold()[:320]
