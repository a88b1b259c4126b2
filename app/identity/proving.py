"""Proving anew who holds a session: a code, a passkey, the password where nothing stronger stands, or the access key.

Every proof gives the session another word: what somebody may have copied of the former opens nothing (T60).
"""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from app.clock import Clock
from app.db.transaction import Database, Session
from app.errors import Unauthenticated
from app.facts import Actor, FactBook, Seen
from app.identity import codes, doors_repository, links_repository, passkeys_repository, people_repository
from app.identity.codes import Codes
from app.identity.identified import Identified, Kind
from app.identity.passkeys import Ceremony, Passkeys
from app.identity.passwords import Passwords
from app.identity.people_repository import Credentials
from app.identity.service import Keys
from app.identity.sessions import Sessions
from app.identity.turns import Turn, take_turn, turn_of
from app.rest.languages import Said

_REFUSED = Said("preuve refusée : vérifiez, puis recommencez", en="proof refused: check it and try again")


class Way(StrEnum):
    """How a person may prove who they are, from strongest to weakest."""

    PASSKEY = "passkey"
    CODE = "code"
    PASSWORD = "password"  # noqa: S105 — a word of the vocabulary
    PROVIDER = "provider"
    KEY = "key"


@dataclass(frozen=True, slots=True)
class Ways:
    """What a page of proof offers; `ceremony` is for the browser's own passkeys."""

    ways: frozenset[Way]
    ceremony: Ceremony | None = None


class Proving:
    """Takes a proof and renews the session. An attempt counts itself before anything is checked."""

    def __init__(
        self,
        database: Database,
        sessions: Sessions,
        passwords: Passwords,
        keeper: Codes,
        passkeys: Passkeys,
        keys: Keys,
        book: FactBook,
        clock: Clock,
    ) -> None:
        self._database, self._sessions, self._passwords, self._codes = database, sessions, passwords, keeper
        self._passkeys, self._keys, self._book, self._clock = passkeys, keys, book, clock

    async def ways(self, known: Identified) -> Ways:
        """Returns how the holder of a session may prove who they are: never by less than protects the account."""
        if known.kind is Kind.KEY:
            return Ways(frozenset({Way.KEY}))
        async with self._database.transaction(tenant=known.tenant_id) as session:
            found = await people_repository.credentials(session, known.tenant_id, user_id=known.id)
            keys = await passkeys_repository.of_user(session, known.tenant_id, known.id)
            linked = await links_repository.linked(session, known.tenant_id, known.id)
        if found is None:
            return Ways(frozenset())
        ways = {Way.PROVIDER} if linked else set[Way]()
        if keys and self._passkeys.possible:
            ways.add(Way.PASSKEY)
        if found.totp is not None:
            ways.add(Way.CODE)
        elif not keys and found.password is not None and self._passwords.allowed(found.person.email):
            ways.add(Way.PASSWORD)
        return Ways(frozenset(ways), self._passkeys.asking(keys) if Way.PASSKEY in ways else None)

    async def prove(self, known: Identified, way: Way, *, given: str, sealed: str = "", address: str) -> str:
        """Returns the session's new word. Raises `Unauthenticated` in the same words, or `TooManyRequests`."""
        if way is Way.PROVIDER or way not in (await self.ways(known)).ways or known.session_id is None:
            raise Unauthenticated(_REFUSED)
        turn = turn_of(account=f"proof/{known.id}", address=address)
        await take_turn(self._database, known.tenant_id, turn, now=self._clock())
        if way is Way.PASSKEY:
            signed = await self._passkeys.proven(sealed=sealed, answer=given)
            right = signed.user_id == known.id and signed.tenant_id == known.tenant_id
        elif way is Way.KEY:
            right = (await self._keys.identify(given.strip())).id == known.id
        elif way is Way.PASSWORD:
            async with self._database.transaction(tenant=known.tenant_id) as session:
                found = await people_repository.credentials(session, known.tenant_id, user_id=known.id)
            right = await self._passwords.right(given, found.password if found else None)
        else:
            right = True  # a code is checked and used up with the renewal
        if not right:
            raise Unauthenticated(_REFUSED)
        async with self._database.transaction(tenant=known.tenant_id) as session:
            if way is Way.CODE:
                await self._use_code(session, known, given)
            return await self._renew(session, known, way, turn)

    async def _use_code(self, session: Session, known: Identified, given: str) -> None:
        found = await people_repository.credentials(session, known.tenant_id, user_id=known.id)
        step = await self._step(session, found, given) if found is not None else None
        if step is None:
            raise Unauthenticated(_REFUSED)
        await people_repository.note(session, known.tenant_id, known.id, totp_step=step)

    async def _step(self, session: Session, found: Credentials, given: str) -> int | None:
        if found.totp is None:
            return None
        person = found.person
        secret = await self._codes.open(session, found.totp, tenant_id=person.tenant_id, user_id=person.id)
        return codes.step_of(given, secret, now=self._clock(), last=found.totp_step)

    async def _renew(self, session: Session, known: Identified, way: Way, turn: Turn) -> str:
        await doors_repository.forget_failures(session, known.tenant_id, account=turn.account)
        word = await self._sessions.renew(session, known)
        proven = Seen(
            tenant_id=known.tenant_id,
            subject_id=known.session_id or UUID(int=0),
            at=self._clock(),
            actor=Actor(known.kind.value, known.id, known.name),
            action="session.proven",
            detail={"way": way.value},
        )
        await self._book.record(session, proven)
        return word
