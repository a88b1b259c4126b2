"""Carrying an import: examined from its first line to its last, then placed batch by batch, the cursor in each one's transaction.

Killed anywhere, it goes on after the last batch that was committed; run twice at once, one of the two stops.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog

from app.channels.service import Channels
from app.clock import Clock
from app.crashpoints import crashpoint
from app.db.transaction import Database, Session
from app.errors import Conflict, Unavailable
from app.exchanges.scanning import Scanning
from app.facts import Actor, FactBook
from app.files.store import Store
from app.imports import parcels, pieces, repository, walking
from app.imports.examining import Examination
from app.imports.facts import ImportEnded, ImportProgressed
from app.imports.parcels import ExportUnreadable, Parcel
from app.imports.placing import Placing
from app.imports.refusals import ImportElsewhere
from app.imports.shapes import Flawed, Read, SourceKind
from app.imports.surroundings import Surroundings
from app.imports.values import Import, ImportState, Tally
from app.sve.taking_over import TakingOver
from app.tenants.service import Tenants
from app.tickets import origins

Told = Callable[[int, int], Awaitable[None]]  # conversations, messages
log = structlog.get_logger()
_REFUSALS_MAX = 10_000
# A database that died under a batch is back some seconds later; one that is not leaves the import interrupted.
AGAIN_AFTER_S = (0.2, 1.0, 4.0)


async def nobody(conversations: int, messages: int) -> None:
    """Hears, and says nothing."""


class Carrying:
    """Reads exports in a thread, and writes what they hold."""

    def __init__(
        self,
        database: Database,
        tenants: Tenants,
        channels: Channels,
        taking_over: TakingOver,
        scanning: Scanning,
        store: Store,
        book: FactBook,
        clock: Clock,
    ) -> None:
        self._database, self._tenants, self._channels = database, tenants, channels
        self._taking_over, self._scanning = taking_over, scanning
        self._store, self._book, self._clock = store, book, clock

    async def examine(
        self, tenant_id: UUID, path: Path, *, source: SourceKind, origin: str, channel_id: UUID, told: Told = nobody
    ) -> tuple[dict[str, Any], list[Flawed]]:
        """Reads an export whole and writes nothing; returns the report, and what would not be taken."""
        now, refusals = self._clock(), list[Flawed]()
        async with self._database.transaction(tenant=tenant_id) as session:
            tenant = await self._tenants.get(session, tenant_id)
            around = await Surroundings.of(session, tenant, self._channels, channel_id)
        report, met = Examination(now), set[Any]()
        with parcels.opened(path) as parcel:
            found = walking.batches(walking.conversations(parcel, source, zone=tenant.time_zone, now=now), after=0)
            while batch := await asyncio.to_thread(next, found, None):
                missing = await asyncio.to_thread(pieces.missing, parcel, batch)
                flaws = walking.flaws_of(batch)
                async with self._database.transaction(tenant=tenant_id) as session:
                    names = [one.external_id for one in batch if not isinstance(one, Flawed)]
                    standing = await origins.tickets_known(session, tenant_id, origin=origin, external_ids=names)
                    agents = await around.meet_agents(session, batch)
                    people = [key for key in around.people(batch) if hash(key) not in met]
                    known = await around.known(session, people)
                met.update(map(hash, people))
                report.add(batch, flaws=flaws, known=standing, agents=agents, teams=around.teams, missing=missing)
                report.met(known=len(known), new=len(people) - len(known))
                refusals += flaws[: _REFUSALS_MAX - len(refusals)]
                await told(report.conversations, sum(report.directions.values()))
        return report.document(), refusals

    async def carry(self, tenant_id: UUID, run: Import, path: Path, *, actor: Actor, told: Told = nobody) -> Import:
        """Places what is left of an import. Raises `ImportElsewhere` when it is no longer ours to carry on."""
        async with self._database.transaction(tenant=tenant_id) as session:
            tenant = await self._tenants.get(session, tenant_id)
            around = await Surroundings.of(session, tenant, self._channels, run.channel_id)
        with parcels.opened(path) as parcel:
            now = run.started_at or run.requested_at
            for_all = walking.conversations(parcel, run.source, zone=tenant.time_zone, now=now)
            found = walking.batches(for_all, after=run.position)
            # The next batch is read while the database writes this one.
            ahead = asyncio.create_task(asyncio.to_thread(next, found, None))
            try:
                while batch := await ahead:
                    ahead = asyncio.create_task(asyncio.to_thread(next, found, None))
                    run = await self._surely(tenant_id, run, around, parcel, batch, actor)
                    await told(run.position, run.messages)
                return await self._ended(tenant_id, run, actor)
            except (ImportElsewhere, ExportUnreadable):
                raise
            except (Exception, asyncio.CancelledError) as error:
                await self._interrupted(tenant_id, run, error)
                raise
            finally:  # a thread is not stopped: the export stays open until it has ended
                await asyncio.gather(ahead, return_exceptions=True)

    async def _surely(
        self, tenant_id: UUID, run: Import, around: Surroundings, parcel: Parcel, batch: list[Read], actor: Actor
    ) -> Import:
        """Places a batch, again when the database was away or gave it up for another; once, whatever was answered."""
        for pause in AGAIN_AFTER_S:
            try:
                return await self._batch(tenant_id, run, around, parcel, batch, actor)
            except (Unavailable, Conflict) as error:
                if isinstance(error, ImportElsewhere):
                    raise
                log.warning("import.batch_again", import_id=str(run.id), error=type(error).__name__)
                await asyncio.sleep(pause)
            with contextlib.suppress(Unavailable):
                async with self._database.transaction(tenant=tenant_id) as session:
                    present = await repository.find(session, tenant_id, run.id)
                if present is not None and present.position == run.position + len(batch):
                    return present  # it was committed, and its answer lost
        return await self._batch(tenant_id, run, around, parcel, batch, actor)

    async def _interrupted(self, tenant_id: UUID, run: Import, error: BaseException) -> None:
        """Says that nobody carries it any more, and why; a database that stays away leaves it to be told by its silence."""
        name = type(getattr(error, "orig", None) or error).__name__  # of what the driver said, when it did
        told = f"arrêtée par un défaut de la machine ({name}) ; ce qui était écrit tient, elle reprend où elle en était"
        log.error("import.interrupted", import_id=str(run.id), error=name)
        for pause in (*AGAIN_AFTER_S, 0.0):
            with contextlib.suppress(Unavailable):
                async with self._database.transaction(tenant=tenant_id) as session:
                    present = await repository.find(session, tenant_id, run.id, lock=True)
                    if present is not None and present.state is ImportState.RUNNING:
                        values = {"state": ImportState.INTERRUPTED.value, "problem": told}
                        await repository.change(session, tenant_id, run.id, values)
                return
            await asyncio.sleep(pause)

    async def _batch(
        self, tenant_id: UUID, run: Import, around: Surroundings, parcel: Parcel, batch: list[Read], actor: Actor
    ) -> Import:
        now = self._clock()
        kept, flaws = await pieces.stored(self._store, tenant_id, parcel, batch)
        flaws = [*walking.flaws_of(batch), *flaws]
        async with self._database.transaction(tenant=tenant_id) as session:
            await self._ours(session, tenant_id, run)
            placing = Placing(self._taking_over, run=run, around=around, actor=actor, now=now)
            placed = await placing.place(session, batch, kept)
            flaws += placing.flaws
            placed.refused = len(flaws)
            room = max(0, _REFUSALS_MAX - run.refused)
            await repository.refuse(session, tenant_id, run.id, flaws[:room])
            await self._scanning.ask(session, tenant_id, [one.sha256 for one in kept.values()])
            after = _added(run, placed, position=run.position + len(batch))
            await repository.note_work(session, tenant_id, run, {"position": after.position, **_counts(after)}, at=now)
            fact = ImportProgressed(
                tenant_id=tenant_id,
                subject_id=run.id,
                at=now,
                actor=actor,
                position=after.position,
                tickets=placed.tickets,
                messages=placed.messages,
                saisines=placed.saisines,
                known=placed.known,
                refused=placed.refused,
            )
            await self._book.record(session, fact)
        crashpoint("import.after_batch")
        return after

    async def _ours(self, session: Session, tenant_id: UUID, run: Import) -> None:
        present = await repository.find(session, tenant_id, run.id, lock=True)
        if present is None or present.state is not ImportState.RUNNING or present.position != run.position:
            raise ImportElsewhere

    async def _ended(self, tenant_id: UUID, run: Import, actor: Actor) -> Import:
        now = self._clock()
        async with self._database.transaction(tenant=tenant_id) as session:
            await self._ours(session, tenant_id, run)
            values = {"state": ImportState.DONE.value, "ended_at": now}
            await repository.change(session, tenant_id, run.id, values)
            await self._book.record(session, ending(ImportEnded, tenant_id, run, at=now, actor=actor))
            ended = await repository.find(session, tenant_id, run.id)
        if ended is None:
            raise AssertionError(run.id)
        return ended


def ending(
    kind: type[ImportProgressed], tenant_id: UUID, run: Import, *, at: datetime, actor: Actor
) -> ImportProgressed:
    """States how an import ended, with all that it did."""
    counts = {name: getattr(run, name) for name in ("position", "tickets", "messages", "saisines", "known", "refused")}
    return kind(tenant_id=tenant_id, subject_id=run.id, at=at, actor=actor, **counts)


def _added(run: Import, placed: Tally, *, position: int) -> Import:
    counts = {name: getattr(run, name) + more for name, more in placed.counts().items()}
    return replace(run, position=position, version=run.version + 1, **counts)


def _counts(run: Import) -> dict[str, int]:
    return {name: getattr(run, name) for name in Tally.__slots__}
