"""Recomputing every open clock of an administration: asked, done span by span, gone on with after a stop.

The row says how far it is; a wake-up only makes somebody look. Spans are read by several hands at once, and `position`
moves over those that are done without a gap, so that what was interrupted goes on where it stood.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

import structlog

from app.clock import Clock
from app.db.transaction import Database, Session
from app.errors import NotFound
from app.facts import SYSTEM, Actor, FactBook
from app.ids import new_id
from app.jobs.queue import Job, defer, waiting
from app.sve.facts import RecomputationEnded, RecomputationStarted
from app.sve.law.rules import RULES_VERSION
from app.sve.recomputing import repository
from app.sve.recomputing.batches import Work
from app.sve.recomputing.line import in_order
from app.sve.recomputing.requalifying import Requalifying
from app.sve.recomputing.values import Change, Recomputation, Span, Tally

log = structlog.get_logger()
RECOMPUTE = "recompute"
SPAN = 2_000
SILENT_FOR = timedelta(minutes=2)
Told = Callable[[Recomputation], Awaitable[None]]


class Hands(Protocol):
    """Who reads spans: this process, or several others."""

    @property
    def count(self) -> int:
        """How many spans are read at once."""
        ...

    def of(self, count: int) -> "Hands":
        """Gives as many as asked, for the same work."""
        ...

    async def work(self, work: Work) -> Tally:
        """Reads a span again, in a transaction of its own."""
        ...

    async def rest(self) -> None:
        """Puts away what it took to work."""
        ...


class Recomputing:
    """The use cases of recomputations."""

    def __init__(
        self,
        database: Database,
        hands: Hands,
        requalifying: Requalifying,
        book: FactBook,
        clock: Clock,
        *,
        span: int = SPAN,
    ) -> None:
        self._database, self._hands, self._book, self._clock, self._span = database, hands, book, clock, span
        self._requalifying = requalifying

    def with_hands(self, count: int) -> "Recomputing":
        """Returns the same use cases, carried out with another number of hands."""
        return Recomputing(
            self._database, self._hands.of(count), self._requalifying, self._book, self._clock, span=self._span
        )

    async def begin(
        self, session: Session, tenant_id: UUID, *, reason: str, dry_run: bool, actor: Actor, later: bool = True
    ) -> Recomputation:
        """Notes that every open clock is to be read again, and wakes a worker unless the caller does it himself."""
        now = self._clock()
        asked = Recomputation(
            tenant_id=tenant_id,
            id=new_id(),
            reason=reason,
            rules_version=RULES_VERSION,
            actor=actor.label,
            dry_run=dry_run,
            started_at=now,
            beat_at=now,
            ended_at=None,
            position=None,
            seen=0,
            changed=0,
            earlier=0,
            unread=0,
        )
        await repository.add(session, asked)
        await self._state(session, asked, actor=actor)
        if later:
            await defer(session, _job(tenant_id))
        return asked

    async def get(self, session: Session, tenant_id: UUID, recomputation_id: UUID) -> Recomputation:
        """Raises `NotFound`."""
        found = await repository.find(session, tenant_id, recomputation_id)
        if found is None:
            raise NotFound
        return found

    async def page(
        self, session: Session, tenant_id: UUID, *, after: UUID | None, limit: int
    ) -> Sequence[Recomputation]:
        """Returns a page of recomputations, the latest first."""
        return await repository.page(session, tenant_id, after=after, limit=limit)

    async def running(self, session: Session, tenant_id: UUID) -> Sequence[Recomputation]:
        """Returns those asked for and not ended, the oldest first."""
        return await repository.running(session, tenant_id)

    async def changes(
        self, session: Session, tenant_id: UUID, recomputation_id: UUID, *, after: UUID | None, limit: int
    ) -> Sequence[Change]:
        """Returns a page of the clocks that changed, before and after. Raises `NotFound`."""
        await self.get(session, tenant_id, recomputation_id)
        return await repository.changes(session, tenant_id, recomputation_id, after=after, limit=limit)

    async def older(self, session: Session, tenant_id: UUID) -> dict[str, int]:
        """Returns how many open clocks were last read under each other table of rules."""
        return await repository.older(session, tenant_id, rules=RULES_VERSION)

    async def work(self, tenant_id: str) -> None:
        """Does what is asked of one administration and not ended: the handler of the wake-up."""
        async with self._database.transaction(tenant=UUID(tenant_id)) as session:
            asked = await repository.running(session, UUID(tenant_id))
        for one in asked:
            await self.carry_out(one)

    async def wake(self, tenant_id: UUID) -> None:
        """Wakes a worker for what has not moved for two minutes: its process is gone."""
        async with self._database.transaction(tenant=tenant_id) as session:
            silent = self._clock() - SILENT_FOR
            asked = [one for one in await repository.running(session, tenant_id) if one.beat_at <= silent]
            if asked and not await waiting(session, [_lock(tenant_id)]):
                await defer(session, _job(tenant_id))

    async def renew(self, tenant_id: UUID) -> None:
        """Asks for a recomputation when open clocks were read under other rules than the present ones."""
        async with self._database.transaction(tenant=tenant_id) as session:
            if await repository.running(session, tenant_id):
                return
            older = await repository.older(session, tenant_id, rules=RULES_VERSION)
            if older:
                told = ", ".join(sorted(older))
                reason = f"Les règles sont passées de {told} à {RULES_VERSION}."
                await self.begin(session, tenant_id, reason=reason, dry_run=False, actor=SYSTEM)

    async def carry_out(self, asked: Recomputation, *, told: Told | None = None) -> Recomputation:
        """Goes on from where it stands to the end; `told` hears how far it is. Safe beside another that does the same."""
        # Hands of its own: another administration's may end before.
        hands, standing, position = self._hands.of(self._hands.count), asked, asked.position
        # Rules are read again by whoever comes; what the catalogue says is applied when a person asked for it.
        if position is None and asked.actor != SYSTEM.label:
            await self._requalifying.all_of(asked, now=self._clock())

        async def spans() -> Span | None:
            nonlocal position
            async with self._database.transaction(tenant=asked.tenant_id) as session:
                found = await repository.span(session, asked.tenant_id, after=position, size=self._span)
            position = found.upto if found else position
            return found

        async def read(span: Span) -> Tally:
            return await hands.work(Work(asked, span, self._clock()))

        try:
            async for span, tally in in_order(spans, read, at_once=hands.count):
                after = _moved(standing, span, tally, now=self._clock())
                async with self._database.transaction(tenant=asked.tenant_id) as session:
                    if not await repository.advance(session, standing, after):
                        # Somebody else goes on with it; what was read here twice is told once.
                        return await self.get(session, asked.tenant_id, asked.id)
                standing = after
                if told is not None:
                    await told(standing)
        finally:
            await hands.rest()
        return await self._end(standing)

    async def _end(self, standing: Recomputation) -> Recomputation:
        now = self._clock()
        async with self._database.transaction(tenant=standing.tenant_id) as session:
            # What was written and not noted before a stop was not seen to change when it was read again: the log knows.
            changed, earlier = await repository.told(session, standing.tenant_id, standing.id)
            ended = replace(standing, ended_at=now, beat_at=now, changed=changed, earlier=earlier)
            if not await repository.advance(session, standing, ended):
                return await self.get(session, standing.tenant_id, standing.id)
            await self._state(session, ended, actor=SYSTEM)
        log.info(
            "sve.recomputed",
            recomputation=str(ended.id),
            seen=ended.seen,
            changed=ended.changed,
            earlier=ended.earlier,
            unread=ended.unread,
            dry_run=ended.dry_run,
        )
        return ended

    async def _state(self, session: Session, standing: Recomputation, *, actor: Actor) -> None:
        kind = RecomputationEnded if standing.ended_at else RecomputationStarted
        fact = kind(
            tenant_id=standing.tenant_id,
            subject_id=standing.id,
            at=self._clock(),
            actor=actor,
            rules_version=standing.rules_version,
            dry_run=standing.dry_run,
            seen=standing.seen,
            changed=standing.changed,
            earlier=standing.earlier,
            unread=standing.unread,
        )
        await self._book.record(session, fact)


def _moved(standing: Recomputation, span: Span, tally: Tally, *, now: datetime) -> Recomputation:
    return replace(
        standing,
        position=span.upto,
        seen=standing.seen + tally.seen,
        changed=standing.changed + tally.changed,
        earlier=standing.earlier + tally.earlier,
        unread=standing.unread + tally.unread,
        beat_at=now,
    )


def _lock(tenant_id: UUID) -> str:
    return f"{RECOMPUTE}:{tenant_id}"


def _job(tenant_id: UUID) -> Job:
    # After the messages that arrive and leave: nobody waits for it by the second.
    return Job(RECOMPUTE, {"tenant_id": str(tenant_id)}, lock=_lock(tenant_id), priority=-10)
