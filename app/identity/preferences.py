"""How a person likes their screens: keys, look, columns, the order of a thread; theirs alone, on any machine."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.clock import Clock
from app.db.transaction import Session
from app.errors import Stale
from app.facts import Actor, FactBook
from app.identity import preferences_repository
from app.identity.facts import PreferencesChanged
from app.rest.etags import require_version


class Preferences:
    """What people chose; nobody reads or changes another's."""

    def __init__(self, book: FactBook, clock: Clock) -> None:
        self._book, self._clock = book, clock

    async def get(self, session: Session, tenant_id: UUID, user_id: UUID) -> tuple[Mapping[str, Any], int]:
        """Returns what a person chose, and its version: 0 as long as they chose nothing."""
        return await preferences_repository.read(session, tenant_id, user_id)

    async def change(
        self,
        session: Session,
        tenant_id: UUID,
        user_id: UUID,
        *,
        wishes: Mapping[str, Any],
        version: int,
        actor: Actor,
    ) -> tuple[Mapping[str, Any], int]:
        """Changes what is given and leaves the rest. Raises `Stale`."""
        was, at_version = await self.get(session, tenant_id, user_id)
        require_version(at_version, expected=version)
        now = {**was, **wishes}
        if now == dict(was):
            return was, at_version
        done = await preferences_repository.write(session, tenant_id, user_id, now, at=self._clock(), version=version)
        if not done:
            raise Stale
        fact = PreferencesChanged(tenant_id=tenant_id, subject_id=user_id, at=self._clock(), actor=actor)
        await self._book.record(session, fact)
        return now, version + 1
