"""Passkeys: enrolled on one's own page, good to sign in alone since the authenticator checks its user (WebAuthn level 2).

The challenge travels sealed with the page and comes back with the answer: ten minutes, once. The origin and the identifier
of this house are those of PARVIS_BASE_URL, so that a copy of the page elsewhere gets nothing signed.
"""

import base64
import binascii
import hashlib
import ipaddress
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import UUID

from app.clock import Clock
from app.db.transaction import Database, Session
from app.errors import Flaw, Invalid, Misconfigured, NotFound, Unauthenticated
from app.facts import Actor, FactBook
from app.identity import links_repository, passkeys_repository
from app.identity.facts import UserChanged
from app.identity.passkeys_repository import Passkey
from app.identity.people import Person, plain_name
from app.ids import new_id
from app.rest.languages import Said
from app.sealing import KeyRing

if TYPE_CHECKING:
    from app.identity import authenticators

LASTS = timedelta(minutes=10)
MOST = 20
_REFUSED = Said("clé d'accès refusée : réessayez, ou connectez-vous autrement", en="passkey refused")


@dataclass(frozen=True, slots=True)
class Ceremony:
    """What the page hands to the browser (`options`, JSON), and what it brings back with the answer (`sealed`)."""

    options: str
    sealed: str


class Passkeys:
    """Enrols, asks and checks. Nothing is kept of a ceremony until it has succeeded."""

    def __init__(self, database: Database, ring: KeyRing, book: FactBook, clock: Clock, *, base_url: str) -> None:
        parts = urlsplit(base_url)
        self._database, self._ring, self._book, self._clock = database, ring, book, clock
        self._host, self._origin = parts.hostname or "", f"{parts.scheme}://{parts.netloc}"
        self.possible = (parts.scheme == "https" or self._host == "localhost") and not _is_address(self._host)

    def _house(self) -> "authenticators.House":
        from app.identity import authenticators

        return authenticators.House(self._host, self._origin)

    async def of(self, session: Session, tenant_id: UUID, user_id: UUID) -> Sequence[Passkey]:
        return await passkeys_repository.of_user(session, tenant_id, user_id)

    def enrolment(self, person: Person, known: Sequence[Passkey], *, house_name: str) -> Ceremony:
        """Begins an enrolment; an authenticator that is known already says so itself."""
        from app.identity import authenticators

        challenge = secrets.token_bytes(32)
        options = authenticators.enrolment(
            self._house(), person, _named(known), house_name=house_name, challenge=challenge
        )
        return Ceremony(options, self._seal(challenge, f"enrol/{person.id}"))

    async def enrol(self, session: Session, person: Person, *, sealed: str, answer: str, name: str) -> Passkey:
        """Keeps a passkey once its answer was checked. Raises `Invalid` beside the field."""
        from app.identity import authenticators

        known = await self.of(session, person.tenant_id, person.id)
        if len(known) >= MOST:
            told = Said(f"{MOST} clés d'accès au plus : retirez-en une", en=f"{MOST} passkeys at most")
            raise Invalid(flaws=[Flaw("/passkey", "many", told)])
        try:
            challenge = self._opened(sealed, f"enrol/{person.id}")
            checked = authenticators.enrolled(self._house(), answer, challenge=challenge)
            await self._spend(session, person.tenant_id, challenge)
        except (*authenticators.UNREADABLE, Unauthenticated):
            told = Said("cette clé d'accès n'a pas pu être lue : recommencez", en="this passkey could not be read")
            raise Invalid(flaws=[Flaw("/passkey", "unreadable", told)]) from None
        passkey = Passkey(
            tenant_id=person.tenant_id,
            id=new_id(),
            user_id=person.id,
            credential=checked.credential,
            public_key=checked.public_key,
            counter=checked.counter,
            transports=checked.transports,
            may_be_copied=checked.may_be_copied,
            copied=checked.copied,
            name=plain_name(name, pointer="/passkey_name")[:100],
            created_at=self._clock(),
            last_used_at=None,
        )
        if not await passkeys_repository.add(session, passkey, digest=digest_of(checked.credential)):
            told = Said("cette clé d'accès sert déjà : prenez-en une autre", en="this passkey is in use: take another")
            raise Invalid(flaws=[Flaw("/passkey", "taken", told)])
        await self._tell(session, person, Actor("agent", person.id, person.name))
        return passkey

    def asking(self, allowed: Sequence[Passkey] = ()) -> Ceremony:
        """Begins a signing in; with none allowed, any passkey the authenticator keeps for this house."""
        from app.identity import authenticators

        challenge = secrets.token_bytes(32)
        options = authenticators.asking(self._house(), _named(allowed), challenge=challenge)
        return Ceremony(options, self._seal(challenge, "ask"))

    async def proven(self, *, sealed: str, answer: str) -> Passkey:
        """Returns the passkey that signed, its use counted. Raises `Unauthenticated`, always in the same words.

        A counter that goes back tells a copied authenticator (§6.1.1): refused.
        """
        from app.identity import authenticators

        try:
            challenge = self._opened(sealed, "ask")
            credential = authenticators.parsed(answer)
            async with self._database.transaction(presented=digest_of(credential.raw_id)) as session:
                found = await passkeys_repository.by_digest(session, digest_of(credential.raw_id))
            if found is None or credential.response.user_handle not in {None, found.user_id.bytes}:
                raise Unauthenticated(_REFUSED)
            checked = authenticators.signed(
                self._house(), credential, challenge=challenge, public_key=found.public_key, counter=found.counter
            )
        except authenticators.UNREADABLE:
            raise Unauthenticated(_REFUSED) from None
        async with self._database.transaction(tenant=found.tenant_id) as session:
            await self._spend(session, found.tenant_id, challenge)
            used = await passkeys_repository.use(
                session, found, counter=checked.counter, copied=checked.copied, at=self._clock()
            )
            if not used:
                raise Unauthenticated(_REFUSED)
        return found

    async def remove(self, session: Session, person: Person, passkey_id: UUID) -> None:
        """Removes one of a person's passkeys. Raises `NotFound`."""
        if not await passkeys_repository.remove(session, person.tenant_id, person.id, passkey_id=passkey_id):
            raise NotFound(Said("cette clé d'accès n'est pas la vôtre, ou n'est plus là", en="no such passkey"))
        await self._tell(session, person, Actor("agent", person.id, person.name))

    async def _tell(self, session: Session, person: Person, actor: Actor) -> None:
        fact = UserChanged(
            tenant_id=person.tenant_id,
            subject_id=person.id,
            at=self._clock(),
            actor=actor,
            changed=["passkeys"],
            role=person.role.value,
        )
        await self._book.record(session, fact)

    def _seal(self, challenge: bytes, purpose: str) -> str:
        carried = {"challenge": challenge.hex(), "at": self._clock().timestamp()}
        plain = self._ring.seal(json.dumps(carried).encode(), bound_to=f"passkey/{purpose}")
        return base64.urlsafe_b64encode(plain).decode()

    def _opened(self, sealed: str, purpose: str) -> bytes:
        try:
            plain = self._ring.open(base64.urlsafe_b64decode(sealed), bound_to=f"passkey/{purpose}")
        except (Misconfigured, binascii.Error):
            raise Unauthenticated(_REFUSED) from None
        carried: dict[str, Any] = json.loads(plain)
        if not 0 <= self._clock().timestamp() - carried["at"] < LASTS.total_seconds():
            raise Unauthenticated(_REFUSED)
        return bytes.fromhex(carried["challenge"])

    async def _spend(self, session: Session, tenant_id: UUID, challenge: bytes) -> None:
        now = self._clock()
        digest = hashlib.sha256(b"passkey/" + challenge).hexdigest()
        if not await links_repository.spend(session, tenant_id, digest, at=now, forget_before=now - timedelta(days=1)):
            raise Unauthenticated(_REFUSED)


def digest_of(credential: bytes) -> str:
    """Identifiers of credentials are random and long: a plain SHA-256 names them."""
    return hashlib.sha256(credential).hexdigest()


def _named(known: Sequence[Passkey]) -> list[bytes]:
    return [one.credential for one in known]


def _is_address(host: str) -> bool:
    # §5.1.3: the identifier of a house is a name, never an address of the network.
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return not host
    return True
