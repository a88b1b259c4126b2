"""The rights of those who listen for long, read again for all of them at once.

What one request does for itself (`Keys.identify`, `Sessions.identify`), in a few statements however many they are, and
without a memory of its own: whoever is not in the answer has lost what let them in.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never
from uuid import UUID

from app.clock import Clock
from app.db.transaction import Database, Session
from app.identity import absences_repository, doors_repository, grants_repository, people_repository, repository
from app.identity.doors_repository import OpenSession
from app.identity.identified import Identified
from app.identity.service import TOUCH_EVERY, digest_of, key_identified
from app.identity.sessions import IDLE, SEEN_EVERY, identified
from app.rest.callers import Presented


@dataclass(frozen=True, slots=True)
class Credential:
    """What somebody showed on coming in, as it is kept: a digest."""

    presented: Presented
    digest: str

    @classmethod
    def of(cls, presented: Presented, word: str) -> "Credential":
        return cls(presented, digest_of(word))


class Listeners:
    """Recognises many at once."""

    def __init__(self, database: Database, clock: Clock, *, idle: timedelta = IDLE) -> None:
        self._database, self._clock, self._idle = database, clock, idle

    async def recognised(self, tenant_id: UUID, credentials: Collection[Credential]) -> Mapping[Credential, Identified]:
        """Returns who each credential stands for now; those that open nothing any more are absent."""
        keys = {one.digest for one in credentials if one.presented is Presented.KEY}
        words = {one.digest for one in credentials if one.presented is Presented.SESSION}
        async with self._database.transaction(tenant=tenant_id) as session:
            opened = await self._open(session, tenant_id, words)
            of_key = await self._keys(session, tenant_id, keys, [one.key_id for one in opened.values() if one.key_id])
            of_session = await self._holders(session, tenant_id, opened, {key.id: key for key in of_key.values()})
        found: dict[Credential, Identified] = {}
        for one in credentials:
            match one.presented:
                case Presented.KEY:
                    known = of_key.get(one.digest)
                case Presented.SESSION:
                    known = of_session.get(one.digest)
                case _:
                    assert_never(one.presented)
            if known is not None:
                found[one] = known
        return found

    async def _open(self, session: Session, tenant_id: UUID, digests: Collection[str]) -> Mapping[str, OpenSession]:
        """Returns the sessions that are not over; a stream is a use of its session, noted like any other."""
        if not digests:
            return {}
        now, found = self._clock(), await doors_repository.sessions_by_digests(session, tenant_id, digests)
        opened = {digest: one for digest, one in found.items() if self._lives(one, now)}
        unseen = [one.id for one in opened.values() if now - one.seen_at >= SEEN_EVERY]
        if unseen:
            await doors_repository.see_sessions(session, tenant_id, unseen, at=now)
        return opened

    def _lives(self, one: OpenSession, now: datetime) -> bool:
        return one.ended_at is None and now < one.until and now - one.seen_at < self._idle

    async def _keys(
        self, session: Session, tenant_id: UUID, digests: set[str], ids: Collection[UUID]
    ) -> Mapping[str, Identified]:
        if not digests and not ids:
            return {}
        now = self._clock()
        found = await repository.some(session, tenant_id, digests=digests, ids=ids)
        known = {digest: alive for digest, key in found if (alive := key_identified(key, at=now)) is not None}
        used = [
            key.id
            for digest, key in found
            if digest in digests & known.keys() and (key.last_used_at is None or now - key.last_used_at > TOUCH_EVERY)
        ]
        if used:
            await repository.touch_some(session, tenant_id, used, at=now)
        return known

    async def _holders(
        self, session: Session, tenant_id: UUID, opened: Mapping[str, OpenSession], keys: Mapping[UUID, Identified]
    ) -> Mapping[str, Identified]:
        agents = await self._agents(session, tenant_id, {one.user_id for one in opened.values() if one.user_id})
        asked = {one.grant_id for one in opened.values() if one.grant_id}
        grants = await grants_repository.some(session, tenant_id, asked) if asked else {}
        now, found = self._clock(), dict[str, Identified]()
        for digest, one in opened.items():
            known: Identified | None
            if one.user_id is not None:
                known = agents.get(one.user_id)
            elif one.grant_id is not None:
                grant = grants.get(one.grant_id)
                known = grant.identified(session_id=one.id) if grant is not None and grant.open_at(now) else None
            else:
                known = keys.get(one.key_id) if one.key_id else None
            if known is not None:
                found[digest] = replace(known, session_id=one.id, proven_at=one.proven_at)
        return found

    async def _agents(self, session: Session, tenant_id: UUID, ids: Iterable[UUID]) -> Mapping[UUID, Identified]:
        """Returns the people whose account is open, with what absent colleagues lend them today."""
        asked = sorted(ids)
        if not asked:
            return {}
        people = await people_repository.some(session, tenant_id, asked)
        lent = await absences_repository.loans_of(session, tenant_id, asked, now=self._clock())
        return {
            person.id: replace(identified(person), loans=lent[person.id])
            for person in people.values()
            if person.suspended_at is None
        }
