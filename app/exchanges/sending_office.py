"""Choosing how an administration's messages leave: the days and hours of information, acknowledgements in public."""

from datetime import date, datetime
from functools import partial
from uuid import UUID

from app.clock import Clock
from app.db.transaction import Session
from app.errors import Flaw, Invalid, Stale
from app.exchanges import sending_settings
from app.exchanges.facts import SendingSettingsChanged
from app.exchanges.freezing import wake_up
from app.exchanges.hours import Hours
from app.exchanges.sending_settings import SendingSettings
from app.facts import Actor, FactBook
from app.jobs import queue
from app.rest.languages import Said
from app.sve.law.calendar import Territory, holidays
from app.tenants.service import Tenants

OUT_OF_HOURS = "une information ne part qu'aux heures d'envoi"
WEEK = frozenset(range(1, 8))


class SendingOffice:
    """Reads and changes how messages leave; `default` are the hours of whoever has chosen none."""

    def __init__(self, tenants: Tenants, book: FactBook, clock: Clock, *, default: Hours) -> None:
        self._tenants, self._book, self._clock = tenants, book, clock
        self._default = SendingSettings(hours=default)

    async def get(self, session: Session, tenant_id: UUID) -> SendingSettings:
        return await sending_settings.of_tenant(session, tenant_id) or self._default

    async def held(self, session: Session, tenant_id: UUID) -> bool:
        """Says whether everything but acknowledgements waits: the administration is suspended."""
        return await self._tenants.suspended(session, tenant_id)

    async def opens(self, session: Session, tenant_id: UUID, *, now: datetime) -> datetime:
        """Returns when information may leave: `now`, or the next hour that is one, by the territory's own days."""
        tenant = await self._tenants.get(session, tenant_id)
        chosen = await self.get(session, tenant_id)
        days = partial(_holidays, Territory(tenant.territory))
        return chosen.hours.next_open(now, zone=tenant.time_zone, holidays=days)

    async def choose(
        self, session: Session, tenant_id: UUID, wanted: SendingSettings, *, version: int, actor: Actor
    ) -> SendingSettings:
        """Puts `wanted` in the place of `version`; what waits for its hours is judged by the new ones.

        Raises `Stale`, or `Invalid` with the place of what is wrong.
        """
        if flaws := _flaws(wanted.hours):
            raise Invalid(flaws=flaws)
        now = self._clock()
        if not await sending_settings.choose(session, tenant_id, wanted, version=version, by=actor.label, at=now):
            raise Stale
        channels = await sending_settings.hasten(session, tenant_id, waiting=OUT_OF_HOURS, at=now)
        await queue.defer(session, *(wake_up(tenant_id, one) for one in channels))
        fact = SendingSettingsChanged(
            tenant_id=tenant_id,
            subject_id=tenant_id,
            at=now,
            actor=actor,
            weekdays=tuple(sorted(wanted.hours.weekdays)),
            opens=f"{wanted.hours.opens:%H:%M}",
            closes=f"{wanted.hours.closes:%H:%M}",
            holidays=wanted.hours.holidays,
            public_acknowledgement=wanted.public_acknowledgement,
        )
        await self._book.record(session, fact)
        return await self.get(session, tenant_id)


def _flaws(hours: Hours) -> list[Flaw]:
    found = []
    if not hours.weekdays or not set(hours.weekdays) <= WEEK:
        told = Said("choisissez au moins un jour de la semaine", en="choose at least one day of the week")
        found.append(Flaw("/weekdays", "no-day", told))
    if hours.opens >= hours.closes:
        told = Said("la fin vient après le début, le même jour", en="the end comes after the start, on the same day")
        found.append(Flaw("/closes", "order", told))
    return found


def _holidays(territory: Territory, year: int) -> frozenset[date]:
    return frozenset(holidays(year, territory))
