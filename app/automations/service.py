"""The office of automations: rules are written, ordered, switched on and off, removed; what each did is read."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from app.automations import repository, runs_repository
from app.automations.facts import AutomationFact, AutomationRemoved
from app.automations.values import (
    MOST_AUTOMATIONS,
    TIMED,
    AsideAct,
    Automation,
    LeastBusyAct,
    RuleAct,
    Run,
    RunOutcome,
    TooManyAutomations,
    Trigger,
)
from app.automations.waiting import Waiting
from app.clock import Clock
from app.db.transaction import Session
from app.errors import NotFound, Stale
from app.facts import Actor, FactBook
from app.identity.people import plain_name
from app.ids import new_id
from app.live.events import EventLog
from app.rest.etags import require_version
from app.rest.languages import Said
from app.tickets import macros
from app.tickets.macro_values import Deed, SnoozeAct, TeamAct


class Automations:
    """Writes rules; carrying them out is the follower's and the rounds'."""

    def __init__(self, events: EventLog, waiting: Waiting, book: FactBook, clock: Clock) -> None:
        self._events, self._waiting, self._book, self._clock = events, waiting, book, clock

    async def page(
        self, session: Session, tenant_id: UUID, *, after: tuple[int, UUID] | None, limit: int
    ) -> Sequence[Automation]:
        """Returns a page of rules, in the order in which they act."""
        return await repository.page(session, tenant_id, after=after, limit=limit)

    async def get(self, session: Session, tenant_id: UUID, automation_id: UUID) -> Automation:
        """Raises `NotFound`."""
        found = await repository.find(session, tenant_id, automation_id)
        if found is None:
            raise NotFound(Said("aucune automatisation n'a cet identifiant", en="no automation has this identifier"))
        return found

    async def check(
        self, session: Session, tenant_id: UUID, acts: Sequence[RuleAct], *, delay: int | None, business_hours: bool
    ) -> None:
        """Raises `Invalid` for a team, agent or tag that nobody knows, and for more hours of opening than a year holds."""
        await macros.check(session, tenant_id, [_naming(act) for act in acts])
        asked = {
            f"/acts/{place}/hours": act.hours
            for place, act in enumerate(acts)
            if isinstance(act, AsideAct) and act.hours is not None and act.business_hours
        }
        waits = {"/delay": delay} if business_hours and delay is not None else {}
        await self._waiting.require_openings(session, tenant_id, {**waits, **asked}, now=self._clock())

    async def make(self, session: Session, tenant_id: UUID, values: Mapping[str, Any], *, actor: Actor) -> Automation:
        """Makes a rule, which answers what happens from now on. Raises `TooManyAutomations`."""
        if await repository.count(session, tenant_id) >= MOST_AUTOMATIONS:
            raise TooManyAutomations(TooManyAutomations.advice)
        automation_id, now = new_id(), self._clock()
        if values["enabled"]:
            await self._follow(session, tenant_id, Trigger(values["trigger"]))
        row = {
            **values,
            "name": plain_name(values["name"]),
            "tenant_id": tenant_id,
            "id": automation_id,
            "enabled_at": now,
            "failures": 0,
            "created_at": now,
            "version": 1,
        }
        await repository.add(session, row)
        return await self._edited(session, tenant_id, automation_id, actor=actor)

    async def change(
        self, session: Session, was: Automation, values: Mapping[str, Any], *, version: int, actor: Actor
    ) -> Automation:
        """Changes what is given. Switched on, a rule answers what happens from then on. Raises `Stale`."""
        require_version(was.version, expected=version)
        enabled, trigger = values.get("enabled", was.enabled), Trigger(values.get("trigger", was.trigger))
        written = {**values, **({"name": plain_name(values["name"])} if "name" in values else {})}
        if enabled and (not was.enabled or trigger is not was.trigger):
            await self._follow(session, was.tenant_id, trigger)
            written |= {"enabled_at": self._clock()}
        if enabled and not was.enabled:
            written |= {"failures": 0, "stopped_at": None, "stopped_code": None}
        if not await repository.change(session, was.tenant_id, was.id, written, version=version):
            raise Stale
        return await self._edited(session, was.tenant_id, was.id, actor=actor)

    async def remove(self, session: Session, was: Automation, *, version: int, actor: Actor) -> None:
        """Removes a rule and its log; what it did stays. Raises `Stale`."""
        if not await repository.remove(session, was.tenant_id, was.id, version=version):
            raise Stale
        fact = AutomationRemoved(tenant_id=was.tenant_id, subject_id=was.id, at=self._clock(), actor=actor)
        await self._book.record(session, fact)

    async def runs(
        self, session: Session, rule: Automation, *, outcomes: Sequence[RunOutcome], before: UUID | None, limit: int
    ) -> Sequence[Run]:
        """Returns a page of what a rule did, the latest first."""
        return await runs_repository.page(
            session, rule.tenant_id, rule.id, outcomes=outcomes, before=before, limit=limit
        )

    async def _follow(self, session: Session, tenant_id: UUID, trigger: Trigger) -> None:
        """Has the log read from now on where no rule reads it yet."""
        if trigger not in TIMED:
            await repository.begin_at(session, tenant_id, await self._events.present(session))

    async def _edited(self, session: Session, tenant_id: UUID, automation_id: UUID, *, actor: Actor) -> Automation:
        fact = AutomationFact(tenant_id=tenant_id, subject_id=automation_id, at=self._clock(), actor=actor)
        await self._book.record(session, fact)
        return await self.get(session, tenant_id, automation_id)


def _naming(act: RuleAct) -> Deed:
    """Returns an act as what it names is looked for."""
    if isinstance(act, LeastBusyAct):
        return TeamAct(team_id=act.team_id)
    return SnoozeAct(until_at=None) if isinstance(act, AsideAct) else act
