"""Reading and choosing business hours, and the open time of a period by team."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from itertools import pairwise
from uuid import UUID

from app.clock import Clock
from app.db.transaction import Session
from app.errors import Flaw, Invalid, Stale
from app.facts import Actor, FactBook
from app.identity.teams import Teams
from app.reporting.opening import repository
from app.reporting.opening.facts import BusinessHoursChanged
from app.reporting.opening.hours import BusinessHours, Opening, OpenTime
from app.reporting.opening.repository import ChosenHours
from app.rest.languages import Said
from app.sve.law.calendar import Territory, holidays
from app.tenants.service import Tenants


class OpeningOffice:
    """Keeps when services are open. No legal term reads it."""

    def __init__(self, tenants: Tenants, teams: Teams, book: FactBook, clock: Clock) -> None:
        self._tenants, self._teams, self._book, self._clock = tenants, teams, book, clock

    async def get(self, session: Session, tenant_id: UUID, team_id: UUID | None = None) -> ChosenHours:
        """Returns the administration's hours, or a team's own; version 0 when none were chosen. Raises `NotFound`."""
        if team_id is not None:
            await self._teams.get(session, tenant_id, team_id)
        return await repository.chosen(session, tenant_id, team_id) or ChosenHours()

    async def choose(
        self,
        session: Session,
        tenant_id: UUID,
        wanted: BusinessHours,
        *,
        version: int,
        actor: Actor,
        team_id: UUID | None = None,
    ) -> ChosenHours:
        """Puts `wanted` in the place of `version`. Raises `Stale`, or `Invalid` with the place of what is wrong."""
        if flaws := _flaws(wanted.week):
            raise Invalid(flaws=flaws)
        await self._put(session, tenant_id, team_id, wanted, version=version, actor=actor)
        return await self.get(session, tenant_id, team_id)

    async def take_away(self, session: Session, tenant_id: UUID, team_id: UUID, *, version: int, actor: Actor) -> None:
        """Has a team follow the administration again; the row stays, so that a version is never told twice.

        Raises `Stale`.
        """
        await self._put(session, tenant_id, team_id, BusinessHours(), version=version, actor=actor)

    async def open_times(
        self, session: Session, tenant_id: UUID, *, first: date, last: date
    ) -> Mapping[UUID | None, OpenTime]:
        """Returns the open time of civil days by team, None for the administration; nothing where none was chosen."""
        tenant = await self._tenants.get(session, tenant_id)
        days = partial(_holidays, Territory(tenant.territory))
        return {
            team: OpenTime.of(hours.intervals(first, last, zone=tenant.time_zone, holidays=days))
            for team, hours in (await repository.every(session, tenant_id)).items()
        }

    async def _put(
        self,
        session: Session,
        tenant_id: UUID,
        team_id: UUID | None,
        hours: BusinessHours,
        *,
        version: int,
        actor: Actor,
    ) -> None:
        now = self._clock()
        if not await repository.choose(session, tenant_id, team_id, hours, version=version, by=actor.label, at=now):
            raise Stale
        fact = BusinessHoursChanged(
            tenant_id=tenant_id,
            subject_id=team_id or tenant_id,
            at=now,
            actor=actor,
            team_id=team_id,
            openings=len(hours.week),
            closed_days=len(hours.closed_on),
        )
        await self._book.record(session, fact)


def _flaws(week: Sequence[Opening]) -> list[Flaw]:
    backwards = Said(
        "la fermeture vient après l'ouverture, le même jour", en="closing comes after opening, the same day"
    )
    overlaps = Said("cette ouverture en chevauche une autre", en="this opening overlaps another one")
    found = [
        Flaw(f"/week/{place}/closes", "order", backwards) for place, one in enumerate(week) if one.opens >= one.closes
    ]
    for (_, before), (place, one) in pairwise(sorted(enumerate(week), key=lambda each: each[1])):
        if one.weekday == before.weekday and one.opens < before.closes:
            found.append(Flaw(f"/week/{place}/opens", "overlap", overlaps))
    return found


def _holidays(territory: Territory, year: int) -> frozenset[date]:
    return frozenset(holidays(year, territory))
