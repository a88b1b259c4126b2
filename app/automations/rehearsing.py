"""Trying a rule out on the last requests: what it would do to each, done by the same code and taken back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from app.automations import runs_repository
from app.automations.acting import Acting
from app.automations.values import STALE, TIMED, Automation
from app.automations.waiting import Waiting
from app.clock import Clock
from app.db.transaction import Session
from app.errors import ParvisError
from app.exchanges.macro_running import ActDone, Running
from app.tenants.service import day_of
from app.tickets.repository import Filter
from app.tickets.service import Tickets
from app.tickets.values import Ticket

LOOKED_AT = 100
# Each is locked until the end, as whoever acts on it would lock it.
REHEARSED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """What a rule would do to one request; no acts for those past the first twenty."""

    ticket: Ticket
    acts: Sequence[ActDone] | None
    refusal: ParvisError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun:
    """Of how many requests, how many a rule would look at, and what it would do to each."""

    looked: int
    found: Sequence[Rehearsed]


class Rehearsing:
    """Tries rules out; nothing is written."""

    def __init__(self, tickets: Tickets, running: Running, acting: Acting, waiting: Waiting, clock: Clock) -> None:
        self._tickets, self._running, self._acting = tickets, running, acting
        self._waiting, self._clock = waiting, clock

    async def dry_run(self, session: Session, rule: Automation) -> DryRun:
        """Says what a rule would do to the last requests that the caller sees, were its event to happen now to each.

        A rule that waits for time is tried on those that wait long enough now, whether or not it had its turn there.
        """
        last = await self._tickets.page(session, rule.tenant_id, Filter(), by_term=False, after=None, limit=LOOKED_AT)
        held = await self._held(session, rule, [ticket.id for ticket in last])
        found = [ticket for ticket in last if ticket.id in held]
        tried = [await self._tried(session, rule, ticket) for ticket in found[:REHEARSED]]
        return DryRun(
            looked=len(last), found=[*tried, *(Rehearsed(ticket=one, acts=None) for one in found[REHEARSED:])]
        )

    async def _held(self, session: Session, rule: Automation, ticket_ids: Sequence[UUID]) -> set[UUID]:
        held = await runs_repository.matching(session, rule, ticket_ids)
        if rule.trigger not in TIMED or not held:
            return held
        now = self._clock()
        today = await day_of(session, rule.tenant_id, now=now)
        lines = await self._waiting.lines(session, replace(rule, enabled_at=now - STALE), now=now)
        return await runs_repository.past_their_line(session, rule, held, lines, today=today)

    async def _tried(self, session: Session, rule: Automation, ticket: Ticket) -> Rehearsed:
        try:
            acts = await self._acting.resolved(session, rule, ticket)
            done = await self._running.rehearse(session, rule.tenant_id, ticket.id, acts, actor=rule.actor)
        except ParvisError as refusal:
            return Rehearsed(ticket=ticket, acts=[], refusal=refusal)
        return Rehearsed(ticket=ticket, acts=done)
