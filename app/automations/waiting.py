"""How far the delays of rules reach: back to what has waited long enough, on to when a request set aside comes back.

Hours of opening are the administration's, or those of the request's team. No legal term runs in them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Protocol, TypeAlias
from uuid import UUID

from app.automations.values import HOURLY, STALE, Automation
from app.db.transaction import Session
from app.errors import Flaw, Invalid
from app.rest.languages import Said
from app.tickets.snooze_values import LONGEST

FURTHEST = timedelta(days=2 * 366)
_DAY = timedelta(days=1)
_NARROW = 8  # most services are open more than an hour in eight: a short period is looked at first


class OpenTime(Protocol):
    """The time a service is open during a period."""

    def back_from(self, end: datetime, span: timedelta) -> datetime | None: ...

    def on_from(self, start: datetime, span: timedelta) -> datetime | None: ...


class Openings(Protocol):
    """Who knows when services are open, by team; None stands for the administration."""

    async def open_times(
        self, session: Session, tenant_id: UUID, *, first: date, last: date
    ) -> Mapping[UUID | None, OpenTime]: ...


@dataclass(frozen=True, slots=True)
class Line:
    """What happened last after `since`, and no later than `until`, has crossed a rule's line lately."""

    since: datetime
    until: datetime


Lines: TypeAlias = Mapping[UUID | None, Line]  # by team with hours of its own; None for every other request


class Waiting:
    """Measures delays."""

    def __init__(self, openings: Openings) -> None:
        self._openings = openings

    async def lines(self, session: Session, rule: Automation, *, now: datetime) -> Lines:
        """Returns the lines of a rule that waits for hours; none for a team whose openings never hold as many.

        What had crossed its line before the rule was switched on is left to whoever acts on many requests at once.
        """
        if rule.trigger not in HOURLY:
            return {}
        waited, lately = timedelta(hours=rule.delay or 0), max(now - STALE, rule.enabled_at)
        if not rule.business_hours:
            return {None: Line(lately - waited, now - waited)}
        reach = min(STALE + _NARROW * waited, FURTHEST)
        while True:
            begins = min(now, lately) - reach
            open_times = await self._openings.open_times(
                session, rule.tenant_id, first=_civil(begins) - _DAY, last=_civil(now) + _DAY
            )
            found = {
                team: (one.back_from(lately, waited), one.back_from(now, waited)) for team, one in open_times.items()
            }
            if reach >= FURTHEST or all(since for since, _until in found.values()):
                return {team: Line(since or begins, until) for team, (since, until) in found.items() if until}
            reach = FURTHEST

    async def until(
        self, session: Session, tenant_id: UUID, *, hours: int, open_only: bool, team_id: UUID | None, now: datetime
    ) -> datetime:
        """Returns when so many hours will have passed. Raises `Invalid` where the openings of a year hold fewer."""
        span = timedelta(hours=hours)
        if not open_only:
            return now + span
        for reach in (min(_NARROW * span, LONGEST), LONGEST):
            open_times = await self._openings.open_times(
                session, tenant_id, first=_civil(now) - _DAY, last=_civil(now + reach) + _DAY
            )
            own = open_times.get(team_id) or open_times.get(None)
            found = own.on_from(now, span) if own else None
            if found:
                return found
        raise Invalid(flaws=[Flaw("/hours", "openings", _TOO_FEW)])

    async def require_openings(
        self, session: Session, tenant_id: UUID, asked: Mapping[str, int], *, now: datetime
    ) -> None:
        """Raises `Invalid` at each place that asks for more hours of opening than the administration has in a year."""
        if not asked:
            return
        open_times = await self._openings.open_times(
            session, tenant_id, first=_civil(now) - _DAY, last=_civil(now + LONGEST)
        )
        house = open_times.get(None)
        if house is None:
            raise Invalid(flaws=[Flaw(place, "no-openings", _NO_OPENINGS) for place in asked])
        flaws = [
            Flaw(place, "openings", _TOO_FEW)
            for place, hours in asked.items()
            if house.on_from(now, timedelta(hours=hours)) is None
        ]
        if flaws:
            raise Invalid(flaws=flaws)


def _civil(instant: datetime) -> date:
    return instant.astimezone(UTC).date()


_NO_OPENINGS = Said(
    "dites d'abord quand l'administration est ouverte : ses heures d'ouverture ne sont pas choisies",
    en="say first when the administration is open: its business hours are not chosen",
)
_TOO_FEW = Said(
    "les heures d'ouverture d'une année en comptent moins", en="the business hours of a year hold fewer than that"
)
