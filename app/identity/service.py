"""Access keys: made once, shown once, kept as a digest."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from app.clock import Clock
from app.db.transaction import Database, Session
from app.errors import Invalid, NotFound, Unauthenticated
from app.identity import repository
from app.identity.identified import Identified, Kind
from app.identity.repository import ApiKey
from app.identity.scopes import Scope
from app.ids import new_id, new_secret

TOUCH_EVERY = timedelta(minutes=5)
KEPT_FOR = timedelta(seconds=10)


class Keys:
    """Makes, checks and revokes keys. A revoked key stops working within ten seconds everywhere."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._kept: dict[str, tuple[datetime, Identified]] = {}  # until when, and who

    async def create(
        self, tenant_id: UUID, *, name: str, scopes: Iterable[str], expires_at: datetime | None = None
    ) -> tuple[str, ApiKey]:
        """Makes a key in a transaction of its own; see `issue`."""
        async with self._database.transaction(tenant=tenant_id) as session:
            return await self.issue(session, tenant_id, name=name, scopes=scopes, expires_at=expires_at)

    async def issue(
        self,
        session: Session,
        tenant_id: UUID,
        *,
        name: str,
        scopes: Iterable[str],
        expires_at: datetime | None = None,
        replaces_id: UUID | None = None,
    ) -> tuple[str, ApiKey]:
        """Returns the key itself, for the only time, and what is kept of it. Raises `Invalid` on an unknown scope."""
        wanted = frozenset(scopes)
        unknown = sorted(wanted - {scope.value for scope in Scope})
        if unknown or not wanted:
            known = ", ".join(sorted(scope.value for scope in Scope))
            raise Invalid(f"unknown or missing scopes {unknown}: choose among {known}")
        secret = new_secret("parvis")
        key = ApiKey(
            tenant_id=tenant_id,
            id=new_id(),
            name=name,
            hint=secret[:12],
            scopes=wanted,
            created_at=self._clock(),
            expires_at=expires_at,
            last_used_at=None,
            revoked_at=None,
            replaces_id=replaces_id,
        )
        await repository.add(session, key, digest=digest_of(secret))
        return secret, key

    async def get(self, session: Session, tenant_id: UUID, key_id: UUID) -> ApiKey:
        """Raises `NotFound`."""
        key = await repository.by_id(session, tenant_id, key_id)
        if key is None:
            raise NotFound("no key has this identifier")
        return key

    async def replace(
        self, session: Session, tenant_id: UUID, key_id: UUID, *, overlap: timedelta
    ) -> tuple[str, ApiKey]:
        """Makes a key with the rights and the term of another, which ends after `overlap`. Raises `NotFound`."""
        now = self._clock()
        former = await repository.by_id(session, tenant_id, key_id)
        if former is None or not _living(former, now):
            raise NotFound("no living key has this identifier")
        secret, key = await self.issue(
            session,
            tenant_id,
            name=former.name,
            scopes=former.scopes,
            expires_at=former.expires_at,
            replaces_id=former.id,
        )
        ends_at = min(now + overlap, former.expires_at) if former.expires_at else now + overlap
        await repository.expire(session, tenant_id, key_id, at=ends_at)
        self._kept = {d: (at, k) for d, (at, k) in self._kept.items() if k.id != key_id}
        return secret, key

    async def page(self, session: Session, tenant_id: UUID, *, after: UUID | None, limit: int) -> Sequence[ApiKey]:
        """Returns a page of keys, revoked ones too, in the order they were made."""
        return await repository.page(session, tenant_id, after=after, limit=limit)

    async def identify(self, presented: str) -> Identified:
        """Finds whose key this is. Raises `Unauthenticated`, always in the same words."""
        digest, now = digest_of(presented), self._clock()
        kept = self._kept.get(digest)
        if kept and now < kept[0]:
            return kept[1]
        async with self._database.transaction(presented=digest) as session:
            key = await repository.by_digest(session, digest)
        if key is None or not _living(key, now):
            self._kept.pop(digest, None)
            raise Unauthenticated("give a valid key in the header «Authorization: Bearer …»")
        if key.last_used_at is None or now - key.last_used_at > TOUCH_EVERY:
            async with self._database.transaction(tenant=key.tenant_id) as session:
                await repository.touch(session, key.tenant_id, key.id, at=now)
        return self._keep(digest, key, now)

    async def identify_id(self, tenant_id: UUID, key_id: UUID) -> Identified:
        """Finds the living key behind a session. Raises `Unauthenticated` once it is revoked or out of date."""
        name, now = f"id:{key_id}", self._clock()
        kept = self._kept.get(name)
        if kept and kept[1].tenant_id == tenant_id and now < kept[0]:
            return kept[1]
        async with self._database.transaction(tenant=tenant_id) as session:
            key = await repository.by_id(session, tenant_id, key_id)
        if key is None or not _living(key, now):
            self._kept.pop(name, None)
            raise Unauthenticated("sign in again: this session is not valid any more")
        return self._keep(name, key, now)

    async def list_keys(self, session: Session, tenant_id: UUID) -> Sequence[ApiKey]:
        return await repository.list_keys(session, tenant_id)

    async def revoke(self, session: Session, tenant_id: UUID, key_id: UUID) -> None:
        """Raises `NotFound` when there is no such living key."""
        if not await repository.revoke(session, tenant_id, key_id, at=self._clock()):
            raise NotFound("no living key has this identifier")
        self._kept = {d: (at, k) for d, (at, k) in self._kept.items() if k.id != key_id}

    def _keep(self, name: str, key: ApiKey, now: datetime) -> Identified:
        known = _identified(key)
        if len(self._kept) > 10_000:
            self._kept.clear()
        # A term is a term: what is kept does not outlive it.
        until = now + KEPT_FOR
        self._kept[name] = (min(until, key.expires_at) if key.expires_at else until, known)
        return known


def digest_of(secret: str) -> str:
    """Keys are 256 random bits: a plain SHA-256 cannot be guessed back."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def key_identified(key: ApiKey, *, at: datetime) -> Identified | None:
    """Returns a key as a caller; None once it is revoked or out of date."""
    return _identified(key) if _living(key, at) else None


def _identified(key: ApiKey) -> Identified:
    return Identified(tenant_id=key.tenant_id, kind=Kind.KEY, id=key.id, name=key.name, scopes=key.scopes)


def _living(key: ApiKey, now: datetime) -> bool:
    return key.revoked_at is None and (key.expires_at is None or key.expires_at > now)
