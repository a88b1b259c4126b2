"""A person's own second factor: shown once, proven by a code, taken off by its owner or an administrator."""

from dataclasses import dataclass
from uuid import UUID

from app.clock import Clock
from app.db.transaction import Session
from app.errors import Flaw, Invalid, NotFound
from app.facts import Actor, FactBook
from app.identity import codes, passkeys_repository, people_repository
from app.identity.codes import Codes
from app.identity.facts import UserChanged
from app.identity.people import Person
from app.identity.sessions import Sessions
from app.rest.languages import Said


@dataclass(frozen=True, slots=True)
class Offered:
    """A secret to put into an application: `secret` to type, `address` (`otpauth:`) to scan. Nothing is stored yet."""

    secret: str
    address: str


class SecondFactor:
    """Offers, confirms and removes the codes of an account."""

    def __init__(self, keeper: Codes, sessions: Sessions, book: FactBook, clock: Clock) -> None:
        self._codes, self._sessions, self._book, self._clock = keeper, sessions, book, clock

    def offer(self, person: Person, *, issuer: str) -> Offered:
        secret = codes.new_secret()
        return Offered(secret, codes.address_of(secret, account=person.email, issuer=issuer))

    def again(self, person: Person, secret: str, *, issuer: str) -> Offered:
        """Shows the same secret once more, after a code that was not right; another one where it is none of ours."""
        known = len(secret) == len(codes.new_secret()) and secret.isascii() and secret.isalnum()
        return (
            Offered(secret, codes.address_of(secret, account=person.email, issuer=issuer))
            if known
            else self.offer(person, issuer=issuer)
        )

    async def confirm(
        self, session: Session, person: Person, *, secret: str, code: str, session_id: UUID | None
    ) -> None:
        """Keeps a secret once a code of it was given. Raises `Invalid` beside the code.

        One that stands is taken off first, which asks for the password: a session left open must not replace it.
        """
        held = await people_repository.credentials(session, person.tenant_id, user_id=person.id)
        if held is None or held.totp is not None:
            told = Said("un code protège déjà ce compte : retirez-le d'abord", en="a code stands already: take it off")
            raise Invalid(flaws=[Flaw("/code", "code", told)])
        try:
            step = codes.step_of(code, secret, now=self._clock(), last=None)
        except ValueError:  # not base32: the page was tampered with
            step = None
        if step is None or len(secret) != len(codes.new_secret()):
            told = Said(
                "ce code n'est pas le bon : vérifiez l'heure de votre téléphone, puis donnez le code affiché maintenant",
                en="this code is not right: check your phone's time, then give the code shown now",
            )
            raise Invalid(flaws=[Flaw("/code", "code", told)])
        sealed = await self._codes.seal(session, secret, tenant_id=person.tenant_id, user_id=person.id)
        actor = Actor("agent", person.id, person.name)
        await self._write(session, person, {"totp": sealed, "totp_step": step}, actor=actor, but=session_id)

    async def remove(
        self, session: Session, tenant_id: UUID, user_id: UUID, *, actor: Actor, but: UUID | None = None
    ) -> None:
        """Takes the codes off an account. Raises `NotFound`."""
        person = await people_repository.person(session, tenant_id, user_id)
        if person is None:
            raise NotFound(Said("aucun compte n'a cet identifiant", en="no account has this identifier"))
        await self._write(session, person, {"totp": None, "totp_step": None}, actor=actor, but=but)

    async def remove_all(self, session: Session, tenant_id: UUID, user_id: UUID, *, actor: Actor) -> None:
        """Takes codes and passkeys off an account, for a lost telephone or key. Raises `NotFound`."""
        await passkeys_repository.remove(session, tenant_id, user_id)
        await self.remove(session, tenant_id, user_id, actor=actor)

    async def _write(
        self, session: Session, person: Person, values: dict[str, object], *, actor: Actor, but: UUID | None
    ) -> None:
        await people_repository.change(session, person.tenant_id, person.id, values)
        await self._sessions.end_all(session, person.tenant_id, person.id, but=but)
        fact = UserChanged(
            tenant_id=person.tenant_id,
            subject_id=person.id,
            at=self._clock(),
            actor=actor,
            changed=["second_factor"],
            role=person.role.value,
        )
        await self._book.record(session, fact)
