"""Sessions of browsers: rows, so that they can be counted, seen and ended; the cookie holds a random word.

Two limits of our own, whatever an identity provider says: ten hours in all, and half an hour without a page (ASVS 7.3).
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from app.clock import Clock
from app.db.transaction import Database, Session
from app.errors import Unauthenticated
from app.identity import absences_repository, doors_repository, grants_repository, people_repository
from app.identity.doors_repository import OpenSession
from app.identity.grants import Grant
from app.identity.identified import Identified, Kind
from app.identity.people import Person
from app.identity.roles import rights_of
from app.identity.service import Keys
from app.ids import new_id, new_secret

LASTS = timedelta(hours=10)
IDLE = timedelta(minutes=30)
SEEN_EVERY = timedelta(minutes=1)
KEPT_FOR = timedelta(seconds=10)
_PREFIX = "parvis_s"
_OVER = "sign in again: this session is not valid any more"


class Sessions:
    """Opens, reads and ends sessions; every refusal is in the same words."""

    def __init__(self, database: Database, keys: Keys, clock: Clock, *, idle: timedelta = IDLE) -> None:
        self._database, self._keys, self._clock, self._idle = database, keys, clock, idle
        self._kept: dict[str, tuple[datetime, Identified]] = {}  # until when, and who

    async def open(
        self,
        session: Session,
        tenant_id: UUID,
        *,
        holder: Identified | Person | Grant,
        strength: str,
        agent: str = "",
    ) -> str:
        """Opens a session and returns the word the browser will keep. Each signing in has a new one (T60)."""
        word, now = new_secret(_PREFIX), self._clock()
        key = holder.id if isinstance(holder, Identified) else None
        grant = holder if isinstance(holder, Grant) else None
        opened = OpenSession(
            tenant_id=tenant_id,
            id=new_id(),
            user_id=None if key or grant else holder.id,
            key_id=key,
            grant_id=grant.id if grant else None,
            strength=strength,
            agent=agent[:200],
            started_at=now,
            seen_at=now,
            until=min(now + LASTS, grant.until) if grant and grant.until else now + LASTS,
            ended_at=None,
            proven_at=now,
        )
        await doors_repository.add_session(session, opened, digest=digest_of(word))
        return word

    async def identify(self, word: str) -> Identified:
        """Names the holder of a session. Raises `Unauthenticated` once it, its account or its key is over."""
        if not word.startswith(f"{_PREFIX}_") or len(word) > 200:
            raise Unauthenticated(_OVER)
        digest, now = digest_of(word), self._clock()
        kept = self._kept.get(digest)
        if kept and now < kept[0]:
            if kept[1].kind is Kind.KEY:  # a revoked key ends its sessions here at once
                await self._keys.identify_id(kept[1].tenant_id, kept[1].id)
            return kept[1]
        self._kept.pop(digest, None)
        async with self._database.transaction(presented=digest) as session:
            opened = await doors_repository.session_by_digest(session, digest)
        if opened is None or opened.ended_at is not None or now >= opened.until or now - opened.seen_at >= self._idle:
            raise Unauthenticated(_OVER)
        known = await self._holder(opened)
        if known.kind is Kind.OPERATOR:  # looked at each time: what an administrator cuts is cut at once, everywhere
            return known
        if len(self._kept) > 10_000:
            self._kept.clear()
        # A limit is a limit: what is kept does not outlive it.
        self._kept[digest] = (min(now + KEPT_FOR, opened.until, opened.seen_at + self._idle), known)
        return known

    async def renew(self, session: Session, known: Identified) -> str:
        """Gives a session just proven anew another word; the former opens nothing, elsewhere within ten seconds.

        Raises `Unauthenticated` when it is over.
        """
        word = new_secret(_PREFIX)
        renewed = known.session_id is not None and await doors_repository.renew_session(
            session, known.tenant_id, known.session_id, digest=digest_of(word), at=self._clock()
        )
        if not renewed:
            raise Unauthenticated(_OVER)
        self.forget(lambda one: one.session_id == known.session_id)
        return word

    async def open_of(self, session: Session, tenant_id: UUID, user_id: UUID) -> Sequence[OpenSession]:
        """Returns a person's sessions that are still open, the last seen first."""
        now = self._clock()
        found = await doors_repository.sessions_of(session, tenant_id, user_id, now=now)
        return [one for one in found if now - one.seen_at < self._idle]

    async def end(self, known: Identified) -> None:
        """Signs out: the word opens nothing any more, here at once and elsewhere within ten seconds."""
        async with self._database.transaction(tenant=known.tenant_id) as session:
            await doors_repository.end_sessions(
                session, known.tenant_id, at=self._clock(), session_id=known.session_id or UUID(int=0)
            )
        self.forget(lambda one: one.session_id == known.session_id)

    async def end_all(self, session: Session, tenant_id: UUID, user_id: UUID, *, but: UUID | None = None) -> int:
        """Ends the sessions of a person, less the one that asks; for a new password, role or suspension (T63)."""
        ended = await doors_repository.end_sessions(session, tenant_id, at=self._clock(), user_id=user_id, but=but)
        self.forget(lambda one: one.id == user_id and one.session_id != but)
        return ended

    def forget(self, which: Callable[[Identified], bool]) -> None:
        self._kept = {digest: kept for digest, kept in self._kept.items() if not which(kept[1])}

    async def _holder(self, opened: OpenSession) -> Identified:
        now = self._clock()
        async with self._database.transaction(tenant=opened.tenant_id) as session:
            if now - opened.seen_at >= SEEN_EVERY:
                await doors_repository.see_session(session, opened.tenant_id, opened.id, at=now)
            if opened.user_id is not None:
                person = await people_repository.person(session, opened.tenant_id, opened.user_id)
                if person is None or person.suspended_at is not None:
                    raise Unauthenticated(_OVER)
                lent = await absences_repository.loans(session, opened.tenant_id, person.id, now=now)
                known = identified(person, session_id=opened.id)
                return replace(known, loans=lent, proven_at=opened.proven_at)
            if opened.grant_id is not None:
                grant = await grants_repository.find(session, opened.tenant_id, opened.grant_id)
                if grant is None or not grant.open_at(now):
                    raise Unauthenticated(_OVER)
                return replace(grant.identified(session_id=opened.id), proven_at=opened.proven_at)
        if opened.key_id is None:
            raise Unauthenticated(_OVER)
        key = await self._keys.identify_id(opened.tenant_id, opened.key_id)
        return replace(key, session_id=opened.id, proven_at=opened.proven_at)


def identified(person: Person, *, session_id: UUID | None = None) -> Identified:
    """Returns a person as a caller: the rights of their role, their own reach, their teams."""
    scopes, reach = rights_of(person.role, reach=person.reach)
    return Identified(
        tenant_id=person.tenant_id,
        kind=Kind.AGENT,
        id=person.id,
        name=person.name,
        scopes=scopes,
        reach=reach,
        teams=person.teams,
        session_id=session_id,
    )


def digest_of(word: str) -> str:
    """Words of sessions and invitations are 256 random bits: a plain SHA-256 cannot be guessed back."""
    return hashlib.sha256(word.encode("utf-8", "surrogatepass")).hexdigest()
