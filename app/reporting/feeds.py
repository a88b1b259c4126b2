"""Addresses a calendar application may follow: each holds a secret of its own, which opens the calendar alone.

Calendar applications send no header. The secret is an access key whose only scope is `sve:calendar`: kept as a digest,
shown once, revoked like any key. A key that could do more is refused in an address, where proxies and histories see it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from app.clock import Clock
from app.db.transaction import Session
from app.errors import NotFound, TooManyRequests, Unauthenticated
from app.facts import Actor, FactBook, Seen
from app.identity import repository
from app.identity.identified import Identified
from app.identity.repository import ApiKey
from app.identity.scopes import Scope
from app.identity.service import Keys
from app.rest.languages import Said

ONLY = frozenset({Scope.SVE_CALENDAR.value})
# A team may share an address; a robot may not hammer it.
OPENINGS = 60
WITHIN = timedelta(minutes=10)
_MOST_KEYS = 10_000


class Feeds:
    """Makes, lists, revokes and opens calendar addresses."""

    def __init__(self, access: Keys, book: FactBook, clock: Clock, *, base_url: str) -> None:
        self._access, self._book, self._clock, self._base_url = access, book, clock, base_url
        self._openings: dict[UUID, list[datetime]] = {}

    async def make(self, session: Session, tenant_id: UUID, *, name: str, actor: Actor) -> tuple[str, ApiKey]:
        """Returns the address with its secret, for the only time, and what is kept of it."""
        secret, key = await self._access.issue(session, tenant_id, name=name, scopes=ONLY)
        await self._note(session, key.tenant_id, key.id, "key.made", actor, scopes=sorted(ONLY))
        return f"{self._base_url}/api/v1/sve/calendar.ics?key={secret}", key

    async def page(self, session: Session, tenant_id: UUID, *, after: UUID | None, limit: int) -> Sequence[ApiKey]:
        """Returns a page of addresses, revoked ones too, in the order they were made."""
        return await repository.page(session, tenant_id, after=after, limit=limit, only=ONLY)

    async def revoke(self, session: Session, tenant_id: UUID, feed_id: UUID, *, actor: Actor) -> None:
        """Raises `NotFound` for what is no living calendar address, another kind of key too."""
        key = await repository.by_id(session, tenant_id, feed_id)
        if key is None or key.scopes != ONLY:
            raise NotFound
        await self._access.revoke(session, tenant_id, feed_id)
        await self._note(session, tenant_id, feed_id, "key.revoked", actor)

    async def opened(self, secret: str) -> Identified:
        """Names whose calendar a secret opens.

        Raises `Unauthenticated`, also for a key that can do more, and `TooManyRequests` for an address opened too often.
        """
        known = await self._access.identify(secret)
        if known.scopes != ONLY:
            raise Unauthenticated(
                Said(
                    "une adresse de calendrier ne porte qu'une clé du seul droit sve:calendar : faites-en une",
                    en="a calendar address holds a key of the scope sve:calendar alone: make one",
                )
            )
        self._count(known.id)
        return known

    async def _note(
        self, session: Session, tenant_id: UUID, feed_id: UUID, action: str, actor: Actor, **detail: object
    ) -> None:
        at = self._clock()
        seen = Seen(tenant_id=tenant_id, subject_id=feed_id, at=at, actor=actor, action=action, detail=detail)
        await self._book.record(session, seen)

    def _count(self, feed_id: UUID) -> None:
        """Counts an opening in this process."""
        now = self._clock()
        recent = [at for at in self._openings.get(feed_id, ()) if now - at < WITHIN]
        if len(recent) >= OPENINGS:
            wait = int((recent[0] + WITHIN - now).total_seconds()) + 1
            raise TooManyRequests(headers={"Retry-After": str(wait)})
        if len(self._openings) > _MOST_KEYS:
            self._openings.clear()
        self._openings[feed_id] = [*recent, now]
