"""Following what happens: each administration's rules read its log in commit order, none skipped, none twice.

The place in the log, what is done and its line of each rule's own log are one transaction: a process that dies leaves
nothing half done, and another reads on from the same place. Whoever reads holds the place; the others pass by.
"""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from uuid import UUID

import structlog

from app.automations import repository, runs_repository
from app.automations.acting import Acting
from app.automations.values import EVENTS, Automation
from app.clock import Clock
from app.crashpoints import crashpoint
from app.db.transaction import Database, Session
from app.errors import Unavailable
from app.live.agenda import Agenda
from app.live.bell import LOOK
from app.live.events import Event, EventLog
from app.tenants.service import Tenants

log = structlog.get_logger()
EVERY_S = 2.0
READ = 200
# Requests acted on stay locked until the end of the transaction: agents who work on one wait for no more than these.
MOST_ACTED = 10


class Follower:
    """Reads on, for every administration whose rules follow what happens."""

    def __init__(self, database: Database, tenants: Tenants, events: EventLog, acting: Acting, clock: Clock) -> None:
        self._database, self._tenants, self._events, self._acting = database, tenants, events, acting
        self._clock, self._agenda = clock, Agenda()

    async def run(self, stop: asyncio.Event) -> None:
        """Looks whenever something happened, until `stop` is set; a turn under way is let end."""
        hearing = asyncio.create_task(self._hear(), name="automations hear")
        try:
            while not stop.is_set():
                more = False
                with contextlib.suppress(Unavailable):
                    more = await self.look()
                if not more:
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(stop.wait(), EVERY_S)
        finally:
            hearing.cancel()
            await asyncio.gather(hearing, return_exceptions=True)

    async def look(self) -> bool:
        """Gives one turn to each administration where something waits; says whether there may be more."""
        now, more = self._clock(), False
        if not self._agenda.something_is_due(now=now):
            return False
        active = await self._tenants.active()
        for tenant_id in self._agenda.due(active, now=now):
            async with self._database.transaction(tenant=tenant_id) as session:
                waits = await repository.something_waits(session, tenant_id)
            if not waits:
                if not self._agenda.is_attentive(tenant_id, now=now):
                    self._agenda.rests(tenant_id, until=None, now=now)
                continue
            self._agenda.served(tenant_id, now=now)
            more = await self._taken(tenant_id) or more
        return more

    async def turn(self, tenant_id: UUID) -> bool:
        """Reads on in one administration; says whether it did. False too while another process reads there."""
        async with self._database.transaction(tenant=tenant_id) as session:
            position = await repository.take_place(session, tenant_id)
            if position is None:
                return False
            rules = await repository.acting(session, tenant_id, timed=False)
            events = await self._events.after(session, tenant_id, position, limit=READ) if rules else []
            if not events:
                return False
            last = await self._answered(session, rules, events)
            crashpoint("before_automations_commit")
            await repository.move_on(session, tenant_id, (last.xid, last.id))
        return True

    async def _taken(self, tenant_id: UUID) -> bool:
        try:
            return await self.turn(tenant_id)
        except Unavailable:
            return False  # the next look reads on from the same place
        except Exception as error:
            log.exception("automations.turn_failed", tenant=str(tenant_id), error=type(error).__name__)
            return False

    async def _answered(self, session: Session, rules: Sequence[Automation], events: Sequence[Event]) -> Event:
        """Gives rules their turns on what happened, in order; returns the last event that had its answer."""
        held = await self._held(session, rules, events)
        touched, stopped, acted = set[UUID](), set[UUID](), 0
        for event in events:
            for rule in rules:
                ticket_id = _about(rule, event)
                if ticket_id is None or rule.id in stopped:
                    continue
                # What a rule changed may make the conditions of the next one hold.
                if ticket_id not in held[rule.id] and ticket_id not in touched:
                    continue
                turn = await self._acting.act(session, rule, ticket_id, cause=str(event.id))
                if turn is not None:
                    touched.add(ticket_id)
                    acted += 1
                    if turn.stopped:
                        stopped.add(rule.id)
            if acted >= MOST_ACTED:
                return event
        return events[-1]

    async def _held(
        self, session: Session, rules: Sequence[Automation], events: Sequence[Event]
    ) -> Mapping[UUID, set[UUID]]:
        """Returns, for each rule, the requests its conditions hold for now: one statement a rule."""
        held: dict[UUID, set[UUID]] = {}
        for rule in rules:
            about = {one for event in events if (one := _about(rule, event)) is not None}
            held[rule.id] = await runs_repository.matching(session, rule, about)
        return held

    async def _hear(self) -> None:
        async for word in self._events.rings():
            if word == LOOK:
                self._agenda.missed(now=self._clock())
            else:
                self._agenda.heard(UUID(word), now=self._clock())


def _about(rule: Automation, event: Event) -> UUID | None:
    """Returns the request that a rule looks at when something happens; None where it looks at none.

    What a rule did makes no rule act: two could answer each other for ever.
    """
    if EVENTS.get(event.type) is not rule.trigger or event.at < rule.enabled_at or "automation_id" in event.payload:
        return None
    return event.ticket_id
