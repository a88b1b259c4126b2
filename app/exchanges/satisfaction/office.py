"""Choosing whether people are asked, when, by what, and how rarely; reading what they answered."""

from datetime import timedelta
from uuid import UUID

from app.clock import Clock
from app.db.transaction import Session
from app.errors import Stale
from app.exchanges.satisfaction import settings_repository
from app.exchanges.satisfaction.facts import SatisfactionSettingsChanged
from app.exchanges.satisfaction.values import SatisfactionSettings
from app.facts import Actor, FactBook

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


class SatisfactionOffice:
    """Keeps what an administration chose of the satisfaction question; nobody is asked where nothing was chosen."""

    def __init__(self, book: FactBook, clock: Clock) -> None:
        self._book, self._clock = book, clock

    async def get(self, session: Session, tenant_id: UUID) -> SatisfactionSettings:
        return await settings_repository.of_tenant(session, tenant_id) or SatisfactionSettings()

    async def choose(
        self, session: Session, tenant_id: UUID, wanted: SatisfactionSettings, *, version: int, actor: Actor
    ) -> SatisfactionSettings:
        """Puts `wanted` in the place of `version`; whoever is asked is asked of what is closed from then on. Raises `Stale`."""
        now = self._clock()
        if not await settings_repository.choose(session, tenant_id, wanted, version=version, by=actor.label, at=now):
            raise Stale
        fact = SatisfactionSettingsChanged(
            tenant_id=tenant_id,
            subject_id=tenant_id,
            at=now,
            actor=actor,
            asked=wanted.asked,
            delay_hours=wanted.delay // _HOUR,
            ways=tuple(sorted(way.value for way in wanted.ways)),
            rest_days=wanted.rest // _DAY,
        )
        await self._book.record(session, fact)
        return await self.get(session, tenant_id)
