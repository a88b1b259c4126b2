"""The way in through a provider: begin, come back, give a code where the role asks for more, and go out again."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog

from app.clock import Clock
from app.db.transaction import Database, Session
from app.errors import Misconfigured, Unauthenticated
from app.facts import Actor, FactBook, Seen
from app.identity import codes, doors_repository, links_repository, people_repository
from app.identity.accounts import Accounts
from app.identity.codes import Codes, hint_bound
from app.identity.identified import Identified, Kind
from app.identity.oidc.asking import Asking, Vouched
from app.identity.oidc.attempts import Attempt, CodeAwaited, begun, opened_attempt, opened_code, sealed
from app.identity.oidc.provider import Provider, ProviderKind
from app.identity.oidc.recognising import Recognising
from app.identity.oidc.troubles import NotLetIn, Trouble
from app.identity.people_repository import Credentials
from app.identity.refusals import InvitationOver
from app.identity.roles import Role
from app.identity.sessions import Sessions, digest_of
from app.identity.signing_in import Strength
from app.identity.turns import take_turn, turn_of
from app.rest.languages import Said
from app.sealing import KeyRing
from app.tenants.service import Tenants
from app.tenants.values import Tenant
from app.vault.service import Vault

log = structlog.get_logger()
# Who sets the house up, or answers for a service, is known by two things and not one (ASVS 6.3.3).
PRIVILEGED = frozenset({Role.ADMINISTRATOR, Role.SUPERVISOR})
STRONG = frozenset({"mfa", "pop"})
_LONGEST_HINT = 2000
_REFUSED = Said("code refusé : donnez celui que votre application affiche maintenant", en="code refused")


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """What an answer brought: an open session (`word`), or a code to give first (`carried`, for the cookie)."""

    tenant: Tenant
    suite: str
    word: str = ""
    carried: str = ""


class ProviderDoor:
    """Signs people in with what a provider vouches for. Network calls stand outside transactions."""

    def __init__(
        self,
        asking: Asking,
        recognising: Recognising,
        provider: Provider,
        database: Database,
        sessions: Sessions,
        accounts: Accounts,
        tenants: Tenants,
        keeper: Codes,
        ring: KeyRing,
        vault: Vault,
        book: FactBook,
        clock: Clock,
    ) -> None:
        self._asking, self._recognising, self.provider = asking, recognising, provider
        self._database, self._sessions, self._accounts, self._tenants = database, sessions, accounts, tenants
        self._codes, self._ring, self._vault, self._book, self._clock = keeper, ring, vault, book, clock

    async def begin(self, *, town: str, suite: str, invitation: str = "", again: bool = False) -> tuple[str, str]:
        """Returns where to send the browser, and what it carries meanwhile. Raises `NotLetIn`."""
        if not town and not invitation and self.provider.kind is ProviderKind.GENERIC:
            raise NotLetIn(Trouble.TOWN_WANTED)
        attempt = begun(town=town, suite=suite, invitation=invitation, now=self._clock(), again=again)
        return await self._asking.address_of_sign_in(attempt), sealed(attempt, self._ring)

    async def come_back(
        self, cookie: str | None, *, state: str, code: str, error: str, issuer: str | None, agent: str
    ) -> Returned:
        """Opens a session, or asks for the account's code. Raises `NotLetIn`; what it says goes to the log."""
        try:
            attempt = opened_attempt(cookie, self._ring, now=self._clock())
            attempt.check_state(state)
            await self._asking.check_issuer(issuer)
            _check_answered(code, error)
            vouched = await self._asking.vouched(code, attempt)
            tenant = await self._town(attempt, vouched)
            return await self._enter(tenant, attempt, vouched, agent=agent)
        except NotLetIn as refusal:
            log.warning("sign_in.not_opened", trouble=refusal.trouble.value, why=refusal.why)
            raise

    def began_from(self, cookie: str | None) -> tuple[str, str]:
        """Returns the administration and the page an attempt was begun from, for what is shown after a refusal."""
        try:
            attempt = opened_attempt(cookie, self._ring, now=self._clock())
        except NotLetIn:
            return "", ""
        return attempt.town, attempt.suite

    async def with_code(self, cookie: str | None, *, code: str, address: str, agent: str) -> Returned:
        """Finishes with the account's own code. Raises `NotLetIn`, `Unauthenticated`, `TooManyRequests`."""
        awaited = opened_code(cookie, self._ring, now=self._clock())
        tenant_id, user_id = UUID(awaited.tenant), UUID(awaited.user)
        turn = turn_of(account=f"provider/{user_id}", address=address)
        await take_turn(self._database, tenant_id, turn, now=self._clock())
        now = self._clock()
        async with self._database.transaction(tenant=tenant_id) as session:
            found = await people_repository.credentials(session, tenant_id, user_id=user_id)
            if found is None or found.person.suspended_at is not None or found.totp is None:
                raise NotLetIn(Trouble.EXPIRED, why="account")
            secret = await self._codes.open(session, found.totp, tenant_id=tenant_id, user_id=user_id)
            step = codes.step_of(code, secret, now=now, last=found.totp_step)
            if step is None:
                raise Unauthenticated(_REFUSED)
            await self._spend(session, tenant_id, awaited.digest)
            await people_repository.note(session, tenant_id, user_id, totp_step=step)
            await doors_repository.forget_failures(session, tenant_id, account=turn.account)
            word = await self._open(session, found, strength=Strength.PROVIDER_MFA, hint=awaited.hint, agent=agent)
            tenant = await self._tenants.get(session, tenant_id)
        return Returned(tenant=tenant, suite=awaited.suite, word=word)

    async def awaiting(self, cookie: str | None) -> Tenant:
        """Returns the administration whose agent owes a code. Raises `NotLetIn`."""
        awaited = opened_code(cookie, self._ring, now=self._clock())
        async with self._database.transaction(tenant=UUID(awaited.tenant)) as session:
            return await self._tenants.get(session, UUID(awaited.tenant))

    async def way_out(self, known: Identified) -> str | None:
        """Returns where the provider ends its own session; None when this one was not opened through it."""
        if known.kind is not Kind.AGENT or known.session_id is None:
            return None
        async with self._database.transaction(tenant=known.tenant_id) as session:
            hint = await links_repository.hint(session, known.tenant_id, known.session_id)
            keys = await self._vault.of(session, known.tenant_id)
        if hint is None:
            return None
        try:
            token = keys.open(hint, bound_to=hint_bound(known.tenant_id, known.id)).decode()
        except Misconfigured:  # the key that sealed it is gone: our own session ends all the same
            return None
        return await self._asking.address_of_sign_out(token, state=secrets.token_urlsafe(32))

    async def _town(self, attempt: Attempt, vouched: Vouched) -> Tenant:
        """Finds the administration: by its SIRET for ProConnect, and then the page's own must be the same (T68)."""
        wanted = await self._wanted(attempt)
        if self.provider.kind is ProviderKind.GENERIC:
            if wanted is None:
                raise NotLetIn(Trouble.TOWN_WANTED)
            return wanted
        if wanted is not None and wanted.siret is None:
            raise NotLetIn(Trouble.NO_SIRET)
        found: Tenant | None = None
        if vouched.siret:
            async with self._database.transaction(presented=vouched.siret) as session:
                found = await self._tenants.by_siret(session, vouched.siret)
        if found is None or (wanted is not None and wanted.id != found.id):
            raise NotLetIn(Trouble.OTHER_TOWN)
        return found

    async def _wanted(self, attempt: Attempt) -> Tenant | None:
        if attempt.invitation:
            try:
                person = await self._accounts.invited(attempt.invitation)
            except InvitationOver:
                raise NotLetIn(Trouble.INVITATION_OVER) from None
            async with self._database.transaction(tenant=person.tenant_id) as session:
                return await self._tenants.get(session, person.tenant_id)
        if not attempt.town:
            return None
        async with self._database.transaction(presented=attempt.town) as session:
            found = await self._tenants.by_slug(session, attempt.town)
        if found is None:
            raise NotLetIn(Trouble.TOWN_WANTED)
        return found

    async def _enter(self, tenant: Tenant, attempt: Attempt, vouched: Vouched, *, agent: str) -> Returned:
        # On its own, so that a refusal below leaves the attempt used up.
        async with self._database.transaction(tenant=tenant.id) as session:
            await self._spend(session, tenant.id, attempt.digest)
        strong = bool(vouched.methods & STRONG)
        hint = vouched.id_token if len(vouched.id_token) <= _LONGEST_HINT else ""
        async with self._database.transaction(tenant=tenant.id) as session:
            found = await self._recognising.account(
                session, tenant.id, vouched, invitation=attempt.invitation, now=self._clock()
            )
            if strong or found.person.role not in PRIVILEGED:
                strength = Strength.PROVIDER_MFA if strong else Strength.PROVIDER
                word = await self._open(session, found, strength=strength, hint=vouched.id_token, agent=agent)
                return Returned(tenant=tenant, suite=attempt.suite, word=word)
            if found.totp is None:
                raise NotLetIn(Trouble.WEAK)
        awaited = CodeAwaited(
            tenant=str(tenant.id),
            user=str(found.person.id),
            state=secrets.token_urlsafe(32),
            suite=attempt.suite,
            hint=hint,
            begun_at=self._clock().timestamp(),
        )
        return Returned(tenant=tenant, suite=attempt.suite, carried=sealed(awaited, self._ring))

    async def _open(self, session: Session, found: Credentials, *, strength: Strength, hint: str, agent: str) -> str:
        person, now = found.person, self._clock()
        await people_repository.note(session, person.tenant_id, person.id, seen_at=now)
        word = await self._sessions.open(session, person.tenant_id, holder=person, strength=strength, agent=agent)
        if hint:
            bound = hint_bound(person.tenant_id, person.id)
            kept = await self._vault.seal(session, person.tenant_id, hint.encode(), bound_to=bound)
            await links_repository.keep_hint(session, person.tenant_id, digest_of(word), kept)
        await self._book.record(
            session,
            Seen(
                tenant_id=person.tenant_id,
                subject_id=person.id,
                at=now,
                actor=Actor("agent", person.id, person.name),
                action="session.opened",
                detail={"strength": strength.value},
            ),
        )
        return word

    async def _spend(self, session: Session, tenant_id: UUID, digest: str) -> None:
        now = self._clock()
        fresh = await links_repository.spend(session, tenant_id, digest, at=now, forget_before=now - timedelta(days=1))
        if not fresh:
            raise NotLetIn(Trouble.EXPIRED, why="used")


def _check_answered(code: str, error: str) -> None:
    """Raises `NotLetIn` for an answer that brings no code (§3.1.2.6)."""
    match error:
        case "":
            if not code:
                raise NotLetIn(Trouble.UNTRUSTED, why="no code")
        case "access_denied" | "login_required" | "interaction_required":
            raise NotLetIn(Trouble.CANCELLED, why="error")
        case "server_error" | "temporarily_unavailable":
            raise NotLetIn(Trouble.UNREACHABLE, why="error")
        case _:
            raise NotLetIn(Trouble.UNTRUSTED, why="error")
