"""Acts over many requests: asked, carried out a batch at a time with the eyes of whoever asked, taken back.

The rows say how far it is; a wake-up only makes somebody look. A batch and its progress are one transaction: a worker that
dies leaves either both or neither, and another goes on from there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import structlog

from app.bulk import repository
from app.bulk.facts import BulkEnded, BulkMoved, BulkStarted
from app.bulk.foreseeing import Foreseeing, refused
from app.bulk.performing import Performing
from app.bulk.values import (
    AT_WORK,
    KEPT_FOR,
    LASTING,
    MOST,
    SILENT_FOR,
    Act,
    ActKind,
    Bulk,
    BulkState,
    Item,
    NothingToUndo,
    Outcome,
    TooLateToUndo,
    TooManyInBulk,
    Verdict,
)
from app.clock import Clock
from app.db.sight import looking
from app.db.transaction import Database, Session, whole
from app.errors import Forbidden, NotFound
from app.facts import SYSTEM, Actor, FactBook
from app.identity import eyes
from app.identity.identified import Identified
from app.identity.scopes import Scope
from app.ids import new_id
from app.jobs.queue import Job, defer, waiting
from app.rest.languages import Said
from app.sve import moving as law
from app.tickets.repository import Filter
from app.tickets.service import Tickets
from app.tickets.values import Ticket

log = structlog.get_logger()
BULK = "bulk"
BATCH = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The requests an act is for: named, or those of a list."""

    ids: Sequence[UUID] = ()
    wanted: Filter | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """What an act would do: the requests seen, each with its verdict, and those named that are not seen."""

    tickets: Sequence[Ticket]
    verdicts: Mapping[UUID, Verdict]
    unseen: Sequence[UUID]


class BulkActs:
    """The use cases of acts over many requests."""

    def __init__(
        self,
        database: Database,
        tickets: Tickets,
        foreseeing: Foreseeing,
        performing: Performing,
        book: FactBook,
        clock: Clock,
    ) -> None:
        self._database, self._tickets, self._book, self._clock = database, tickets, book, clock
        self._foreseeing, self._performing = foreseeing, performing

    async def foresee(
        self, session: Session, tenant_id: UUID, asked: Asked, act: Act, *, scopes: frozenset[str]
    ) -> Foreseen:
        """Says what an act would do, writing nothing. Raises `TooManyInBulk`, and whatever no request could take."""
        await self._foreseeing.check(session, tenant_id, act, scopes=scopes)
        tickets, unseen = await self._asked(session, tenant_id, asked)
        verdicts = await self._foreseeing.verdicts(session, tenant_id, act, tickets)
        return Foreseen(tickets=tickets, verdicts=verdicts, unseen=unseen)

    async def begin(
        self, session: Session, tenant_id: UUID, asked: Asked, act: Act, *, scopes: frozenset[str], actor: Actor
    ) -> Bulk:
        """Notes an act and its requests, and wakes a worker. Raises like `foresee`."""
        await self._foreseeing.check(session, tenant_id, act, scopes=scopes)
        tickets, unseen = await self._asked(session, tenant_id, asked)
        now = self._clock()
        bulk = Bulk(
            tenant_id=tenant_id,
            id=new_id(),
            holder=actor.label,
            holder_name=actor.name,
            act=act,
            state=BulkState.RUNNING,
            total=len(tickets) + len(unseen),
            unseen=len(unseen),
            changed=0,
            unchanged=0,
            refused=len(unseen),
            undone=0,
            kept=0,
            begun_at=now,
            beat_at=now,
            ended_at=None,
        )
        waits = {"tenant_id": tenant_id, "bulk_id": bulk.id, "outcome": Outcome.WAITING.value}
        await repository.add(session, bulk, [{**waits, "id": new_id(), "ticket_id": one.id} for one in tickets])
        await self._state(session, bulk, BulkStarted, actor=actor)
        await defer(session, _job(tenant_id, bulk.id))
        return bulk

    async def page(
        self, session: Session, tenant_id: UUID, *, holder: str, after: UUID | None, limit: int
    ) -> Sequence[Bulk]:
        """Returns a page of somebody's acts, the latest first."""
        return await repository.page(session, tenant_id, holder=holder, after=after, limit=limit)

    async def get(self, session: Session, tenant_id: UUID, bulk_id: UUID, *, holder: str) -> Bulk:
        """Raises `NotFound`, for another's too."""
        found = await repository.find(session, tenant_id, bulk_id, holder=holder)
        if found is None:
            raise NotFound
        return found

    async def items(
        self,
        session: Session,
        tenant_id: UUID,
        bulk_id: UUID,
        *,
        holder: str,
        outcomes: Sequence[Outcome],
        after: UUID | None,
        limit: int,
    ) -> Sequence[Item]:
        """Returns a page of what became of each request that its holder still sees. Raises `NotFound`."""
        await self.get(session, tenant_id, bulk_id, holder=holder)
        return await repository.items(session, tenant_id, bulk_id, outcomes=outcomes, after=after, limit=limit)

    async def undo(self, session: Session, tenant_id: UUID, bulk_id: UUID, *, actor: Actor) -> Bulk:
        """Has an act taken back, stopping it if it still runs. Raises `NotFound`, `NothingToUndo`, `TooLateToUndo`."""
        bulk = await repository.find(session, tenant_id, bulk_id, holder=actor.label, lock=True)
        if bulk is None:
            raise NotFound
        if bulk.act.kind in LASTING or bulk.state in {BulkState.UNDOING, BulkState.UNDONE}:
            raise NothingToUndo(NothingToUndo.advice)
        if not bulk.may_be_undone(self._clock()):
            raise TooLateToUndo(TooLateToUndo.advice)
        await repository.leave(session, tenant_id, bulk_id)
        undoing = replace(bulk, state=BulkState.UNDOING, beat_at=self._clock(), ended_at=None)
        await self._write(session, undoing)
        await self._state(session, undoing, BulkStarted, actor=actor)
        await defer(session, _job(tenant_id, bulk_id))
        return undoing

    async def work(self, tenant_id: str, bulk_id: str) -> None:
        """Goes on with one act to its end: the handler of the wake-up. Safe beside another that does the same."""
        while await self._batch(UUID(tenant_id), UUID(bulk_id)):
            pass

    async def look(self, tenant_id: UUID) -> None:
        """Wakes a worker for acts that have not moved for two minutes, and forgets those over for thirty days."""
        now = self._clock()
        async with self._database.transaction(tenant=tenant_id) as session:
            silent = await repository.silent(session, tenant_id, since=now - SILENT_FOR)
            awake = await waiting(session, [_lock(bulk_id) for bulk_id in silent])
            await defer(session, *[_job(tenant_id, bulk_id) for bulk_id in silent if _lock(bulk_id) not in awake])
            await repository.forget(session, tenant_id, before=now - KEPT_FOR, limit=100)

    async def _batch(self, tenant_id: UUID, bulk_id: UUID) -> bool:
        """Gives the next requests their turn; says whether there may be more."""
        async with self._database.transaction(tenant=tenant_id) as session:
            bulk = await repository.find(session, tenant_id, bulk_id)
            if bulk is None or bulk.state not in AT_WORK:
                return False
            holder = await eyes.known_by(session, tenant_id, bulk.holder, now=self._clock())
        # What the act itself put out of its holder's sight is put back all the same: nothing of it is shown.
        sight = holder.sight if holder and bulk.state is BulkState.RUNNING else None
        with looking(sight):
            async with self._database.transaction(tenant=tenant_id) as session:
                return await self._turn(session, tenant_id, bulk_id, holder, was=bulk.state)

    async def _turn(
        self, session: Session, tenant_id: UUID, bulk_id: UUID, holder: Identified | None, *, was: BulkState
    ) -> bool:
        undoing = was is BulkState.UNDOING
        async with whole(session):
            bulk = await repository.find(session, tenant_id, bulk_id, lock=True)
            if bulk is None or bulk.state is not was:
                return bulk is not None  # taken back meanwhile: looked at again, with the eyes that asks for
            next_ones = [Outcome.CHANGED] if undoing else [Outcome.WAITING]
            turn = await repository.items(session, tenant_id, bulk_id, outcomes=next_ones, limit=BATCH)
        if not turn:
            await self._end(session, bulk)
            return False
        actor = Actor(bulk.holder.partition(":")[0], UUID(bulk.holder.partition(":")[2]), name=bulk.holder_name)
        here = [item.ticket_id for item in turn]
        if bulk.act.kind is ActKind.QUALIFY:
            # Clocks before requests, as everywhere: whoever records something on one of them waits, and never in a circle.
            await law.lock(session, tenant_id, here)
        # Locked in the order of their ids, as everywhere.
        seen = await self._tickets.hold(session, tenant_id, here)
        verdicts: dict[UUID, Verdict] = {}
        for item in sorted(turn, key=lambda one: one.ticket_id):
            ticket = seen.get(item.ticket_id)
            verdict = _barred(bulk, holder) or (None if ticket else refused(NotFound()))
            if verdict is None and ticket is not None and undoing:
                verdict = await self._performing.put_back(session, tenant_id, bulk, ticket, item, actor=actor)
            elif verdict is None and ticket is not None:
                verdict = await self._performing.perform(session, tenant_id, bulk.act, ticket, actor=actor)
            verdicts[item.id] = verdict or refused(NotFound())
        async with whole(session):
            await self._settled(session, bulk, turn, verdicts)
        return True

    async def _settled(
        self, session: Session, bulk: Bulk, turn: Sequence[Item], verdicts: Mapping[UUID, Verdict]
    ) -> None:
        undoing = bulk.state is BulkState.UNDOING
        rows: list[dict[str, Any]] = []
        for item in turn:
            verdict = verdicts[item.id]
            outcome = Outcome.KEPT if undoing and verdict.outcome is Outcome.REFUSED else verdict.outcome
            rows.append(
                {
                    "tenant_id": bulk.tenant_id,
                    "id": item.id,
                    "outcome": outcome.value,
                    "code": verdict.code,
                    "detail": verdict.detail,
                    "before": item.before if undoing else verdict.before,
                    "after": item.after if undoing else verdict.after,
                }
            )
        await repository.settle(session, rows)
        count = {one: sum(row["outcome"] == one.value for row in rows) for one in Outcome}
        moved = replace(
            bulk,
            beat_at=self._clock(),
            changed=bulk.changed + count[Outcome.CHANGED],
            unchanged=bulk.unchanged + count[Outcome.UNCHANGED],
            refused=bulk.refused + count[Outcome.REFUSED],
            undone=bulk.undone + count[Outcome.UNDONE],
            kept=bulk.kept + count[Outcome.KEPT],
        )
        await self._write(session, moved)
        await self._state(session, moved, BulkMoved, actor=SYSTEM)

    async def _end(self, session: Session, bulk: Bulk) -> None:
        now = self._clock()
        state = BulkState.UNDONE if bulk.state is BulkState.UNDOING else BulkState.DONE
        ended = replace(bulk, state=state, beat_at=now, ended_at=now)
        await self._write(session, ended)
        await repository.change(session, bulk.tenant_id, bulk.id, {"act": repository.act_row(bulk.act, words=False)})
        await self._state(session, ended, BulkEnded, actor=SYSTEM)
        log.info("bulk.ended", bulk=str(bulk.id), kind=bulk.act.kind, changed=ended.changed, refused=ended.refused)

    async def _asked(self, session: Session, tenant_id: UUID, asked: Asked) -> tuple[Sequence[Ticket], Sequence[UUID]]:
        """Returns the requests an act is for, and those named that the caller does not see: one statement."""
        if asked.wanted is not None:
            found = await self._tickets.page(
                session, tenant_id, asked.wanted, by_term=False, after=None, limit=MOST + 1
            )
            if len(found) > MOST:
                raise TooManyInBulk(TooManyInBulk.advice)
            return found, ()
        ids = list(dict.fromkeys(asked.ids))
        if len(ids) > MOST:
            raise TooManyInBulk(TooManyInBulk.advice)
        seen = await self._tickets.some(session, tenant_id, ids)
        return [seen[one] for one in ids if one in seen], [one for one in ids if one not in seen]

    async def _write(self, session: Session, bulk: Bulk) -> None:
        counted = ("beat_at", "ended_at", "changed", "unchanged", "refused", "undone", "kept")
        values = {name: getattr(bulk, name) for name in counted}
        await repository.change(session, bulk.tenant_id, bulk.id, {**values, "state": bulk.state.value})

    async def _state(self, session: Session, bulk: Bulk, kind: type[BulkMoved], *, actor: Actor) -> None:
        fact = kind(
            tenant_id=bulk.tenant_id,
            subject_id=bulk.id,
            at=self._clock(),
            actor=actor,
            kind=bulk.act.kind,
            state=bulk.state,
            total=bulk.total,
            done=bulk.done,
            changed=bulk.changed,
            refused=bulk.refused,
            undone=bulk.undone,
        )
        await self._book.record(session, fact)


def _barred(bulk: Bulk, holder: Identified | None) -> Verdict | None:
    """What refuses everything that is left: whoever asked may no longer do it."""
    needed = {Scope.TICKETS_WRITE.value} | ({Scope.SVE_WRITE.value} if bulk.act.kind == "qualify" else set())
    if holder is not None and needed <= holder.scopes:
        return None
    told = Said("qui l'a demandé n'en a plus le droit", en="whoever asked for it may no longer do it")
    return refused(Forbidden(told))


def _lock(bulk_id: UUID) -> str:
    return f"{BULK}:{bulk_id}"


def _job(tenant_id: UUID, bulk_id: UUID) -> Job:
    return Job(BULK, {"tenant_id": str(tenant_id), "bulk_id": str(bulk_id)}, lock=_lock(bulk_id))
