"""The end of an administration's time here: announced, called off or carried out; a certificate stays, nobody's data."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.audit import journal, reading
from app.clock import Clock
from app.db.transaction import Database, Session
from app.errors import Conflict, Flaw, Invalid, Unavailable
from app.facts import SYSTEM, Actor, FactBook
from app.files.store import Store
from app.rest.languages import Said
from app.sealing import KeyRing
from app.tenants import closing_repository as repository
from app.tenants.catalogue import order_of_erasure
from app.tenants.closing_repository import Departure
from app.tenants.facts import ClosureAnnounced, ClosureCancelled
from app.tenants.service import Tenants
from app.tenants.standing import reason_of

NOTICE = timedelta(days=30)
BATCH = 2_000
ROUNDS = 10  # of erasing what stood: then the doors are locked, whatever still comes
ATTEMPTS = 5
# A transaction that does nothing is ended by the server after two minutes; one that goes on writes for the last time.
LOOKS, LOOK_EVERY_S = 600, 0.25
SWEPT_FOR = timedelta(days=7)
_PURPOSE = "departure"


@dataclass(frozen=True, slots=True)
class Running:
    """What keeps an administration from being erased: legal clocks that run, holds that stand."""

    clocks: int
    holds: int


class ClosureRefused(Conflict):
    """The end was not announced, its day has not come, or something still stands against it."""

    code = "closure-refused"
    title_fr = "L'administration ne peut pas être effacée"
    title_en = "The administration cannot be erased"
    advice = Said(
        "annoncez d'abord la fermeture, et attendez son jour", en="announce the closure, and wait for its day"
    )


def _unheard(_table: str, _count: int) -> None:
    """Nobody looks at how far it is."""


class Closing:
    """Announces, cancels and carries out. `running` counts what stands against it; every step may be taken again.

    `folders` hold files of administrations beside the database: whole copies made, exports of other tools handed over.
    """

    def __init__(
        self,
        database: Database,
        tenants: Tenants,
        store: Store,
        ring: KeyRing,
        book: FactBook,
        clock: Clock,
        *,
        running: Callable[[Session, UUID], Awaitable[Running]],
        folders: Sequence[Path],
    ) -> None:
        self._database, self._tenants, self._store, self._ring = database, tenants, store, ring
        self._book, self._clock, self._running, self._folders = book, clock, running, folders

    async def announce(
        self, session: Session, tenant_id: UUID, *, reason: str, due_on: date | None = None, actor: Actor = SYSTEM
    ) -> date:
        """Announces the end; every administrator is told. Raises `Conflict` when one is announced, `Invalid` for the past."""
        told, now, today = reason_of(reason), self._clock(), await self._today(session, tenant_id)
        due = due_on or today + NOTICE
        if due <= today:
            said = Said("un jour à venir est attendu", en="a day to come is expected")
            raise Invalid(flaws=[Flaw("/due_on", "past", said)])
        if await repository.standing(session, tenant_id) is not None:
            raise Conflict(Said("une fermeture est déjà annoncée", en="a closure is announced already"))
        closure = await repository.announce(session, tenant_id, reason=told, due_on=due, at=now)
        self._tenants.forget(tenant_id)
        fact = ClosureAnnounced(tenant_id=tenant_id, subject_id=closure, at=now, actor=actor, due_on=due, reason=told)
        await self._book.record(session, fact)
        return due

    async def cancel(self, session: Session, tenant_id: UUID, *, actor: Actor = SYSTEM) -> None:
        """Calls an announced end off; nothing was erased. Raises `Conflict` when none stands, or when it has begun."""
        closure = await repository.standing(session, tenant_id)
        self._tenants.forget(tenant_id)  # another process may have begun just now
        tenant = await self._tenants.get(session, tenant_id)
        if closure is None or tenant.erasing_at is not None:
            raise Conflict(Said("aucune fermeture ne peut être annulée", en="there is no closure to call off"))
        await repository.cancel(session, tenant_id, closure.id, by=actor.label, at=self._clock())
        self._tenants.forget(tenant_id)
        fact = ClosureCancelled(tenant_id=tenant_id, subject_id=closure.id, at=self._clock(), actor=actor)
        await self._book.record(session, fact)

    async def begin(self, tenant_id: UUID, *, despite: str | None = None, without_export: str | None = None) -> None:
        """Closes every door for good; from here on only `carry_on` goes further. Raises `ClosureRefused`."""
        async with self._database.transaction(tenant=tenant_id) as session:
            await journal.seal(session, tenant_id, now=self._clock(), limit=1_000_000)
        async with self._database.transaction(tenant=tenant_id) as session:
            closure, now = await repository.standing(session, tenant_id), self._clock()
            if closure is None or await self._today(session, tenant_id) < closure.due_on:
                raise ClosureRefused(ClosureRefused.advice)
            running = await self._running(session, tenant_id)
            if (running.clocks or running.holds) and not despite:
                told = f"{running.clocks} délais légaux courent, {running.holds} gels tiennent"
                english = f"{running.clocks} legal clocks run, {running.holds} holds stand"
                raise ClosureRefused(
                    Said(f"{told} : donnez la raison de passer outre", en=f"{english}: say why to go on")
                )
            export = await repository.verified_export(session, tenant_id, since=closure.announced_at)
            if export is None and not without_export:
                told = "aucune copie complète vérifiée depuis l'annonce : faites-en une, ou donnez la raison de s'en passer"
                raise ClosureRefused(
                    Said(told, en="no verified export since the announcement: make one, or say why not")
                )
            tenant = await self._tenants.get(session, tenant_id)
            head = await reading.head(session, tenant_id, self._ring)
            await repository.begin(
                session,
                Departure(
                    id=tenant_id,
                    slug=tenant.slug,
                    name=tenant.name,
                    reason=closure.reason,
                    announced_at=closure.announced_at,
                    begun_at=now,
                    finished_at=None,
                    export_sha256=export,
                    export_waived=reason_of(without_export) if without_export and export is None else None,
                    despite=reason_of(despite) if despite else None,
                    clocks=running.clocks,
                    counts={},
                    pieces=0,
                    chain_number=head.number,
                    chain_digest=head.digest.hex(),
                    certificate=None,
                ),
            )
        self._tenants.forget(tenant_id)

    async def carry_on(self, tenant_id: UUID, *, told: Callable[[str, int], None] = _unheard) -> Departure:
        """Erases what is left, batch by batch; broken off, it goes on where it was. Returns the certificate.

        Raises `ClosureRefused` when the end was not begun.
        """
        async with self._database.transaction() as session:
            departure = await repository.departure(session, tenant_id)
        if departure is None:
            raise ClosureRefused(ClosureRefused.advice)
        if departure.finished_at is not None:
            return departure
        await self._erase_pieces(tenant_id)
        order = await self._order()
        async with self._database.transaction(tenant=tenant_id) as session:
            there = await repository.is_there(session, tenant_id)
        if there:
            await self._erase(tenant_id, order, told)
        await self._writers_end()
        await self._sweep(tenant_id, order, told)
        return await self._finish(tenant_id)

    async def sweep_departed(self) -> int:
        """Erases what a process that slept wrote for an administration after its end; returns how many rows.

        The certificate is signed by then: what it counted stands as it was.
        """
        since = self._clock() - SWEPT_FOR
        async with self._database.transaction() as session:
            left = [one for one in await repository.departures(session) if one.finished_at and one.finished_at > since]
        order = await self._order() if left else ()
        return sum([await self._sweep(one.id, order, _unheard, counted=False) for one in left])

    async def _order(self) -> Sequence[str]:
        async with await psycopg.AsyncConnection.connect(self._database.url, prepare_threshold=None) as connection:
            return await order_of_erasure(connection)

    async def _writers_end(self) -> None:
        """Waits for the transactions that began while the administration was there: no lock holds back all they may write.

        Tables that are only added to name no administration by a foreign key. Raises `Unavailable` when one goes on.
        """
        async with self._database.transaction() as session:
            since = await repository.instant(session)
        for _ in range(LOOKS):
            async with self._database.transaction() as session:
                if not await repository.under_way(session, since=since):
                    return
            await asyncio.sleep(LOOK_EVERY_S)
        raise Unavailable("a transaction begun before the end goes on: run this again, it goes on where it was")

    async def _sweep(
        self, tenant_id: UUID, order: Sequence[str], told: Callable[[str, int], None], *, counted: bool = True
    ) -> int:
        """Erases rows of an administration that is not there any more; returns how many."""
        erased = 0
        async with self._database.transaction(tenant=tenant_id) as session:
            await repository.stand_in(session, tenant_id, at=self._clock())
            left = True
            while left:
                left = False
                for table in order:
                    if gone := await repository.erase_some(session, tenant_id, table, most=BATCH, counted=counted):
                        left, erased = True, erased + gone
                        told(table, gone)
            await repository.forget_jobs(session, tenant_id)
            await repository.forget_administration(session, tenant_id)
        return erased

    async def _erase(self, tenant_id: UUID, order: Sequence[str], told: Callable[[str, int], None]) -> None:
        """Erases what stands, round by round, then what is left with the administration itself, behind a lock.

        A batch that is not full ends its table for this round: a sender that was not told yet, however quick, makes
        no round last for ever.
        """
        for _ in range(ROUNDS):
            erased = 0
            for table in order:
                erased += await self._erase_table(tenant_id, table, told)
            if erased < BATCH:  # what a trigger or a late arrival wrote meanwhile: little enough for one transaction
                break
        for attempt in range(ATTEMPTS):
            try:
                await self._erase_rest(tenant_id, order, told)
            except Unavailable:  # whoever was writing and the lock waited for each other
                if attempt == ATTEMPTS - 1:
                    raise
            else:
                return

    async def _erase_table(self, tenant_id: UUID, table: str, told: Callable[[str, int], None]) -> int:
        erased = 0
        while gone := await self._erase_some(tenant_id, table):
            erased += gone
            told(table, gone)
            if gone < BATCH:
                break
        return erased

    async def _erase_some(self, tenant_id: UUID, table: str) -> int:
        async with self._database.transaction(tenant=tenant_id) as session:
            return await repository.erase_some(session, tenant_id, table, most=BATCH)

    async def _erase_rest(self, tenant_id: UUID, order: Sequence[str], told: Callable[[str, int], None]) -> None:
        """Erases what is left and the administration in one transaction; who writes for it waits, and finds it gone."""
        async with self._database.transaction(tenant=tenant_id) as session:
            await repository.lock(session, tenant_id)
            left = True
            while left:  # rows that name others of their table go level by level; nothing comes any more
                left = False
                for table in order:
                    if gone := await repository.erase_some(session, tenant_id, table, most=BATCH):
                        left = True
                        told(table, gone)
            await repository.forget_jobs(session, tenant_id)
            await repository.forget_administration(session, tenant_id)
        self._tenants.forget(tenant_id)

    async def _erase_pieces(self, tenant_id: UUID) -> None:
        gone = 0
        async for sha256 in self._store.all_of(tenant_id):
            await self._store.remove(tenant_id, sha256)
            gone += 1
        for folder in self._folders:
            for file in (folder / str(tenant_id)).glob("*"):
                file.unlink(missing_ok=True)
        async with self._database.transaction(tenant=tenant_id) as session:
            await repository.count_pieces(session, tenant_id, gone)

    async def _finish(self, tenant_id: UUID) -> Departure:
        await self._erase_pieces(tenant_id)  # what a delivery already under way kept meanwhile
        async with self._database.transaction(tenant=tenant_id) as session:
            found = await repository.departure(session, tenant_id)
            if found is None:
                raise ClosureRefused(ClosureRefused.advice)
            now = self._clock()
            key = Ed25519PrivateKey.from_private_bytes(self._ring.key(_PURPOSE))
            signature = key.sign(certified(found, finished_at=now))
            await repository.finish(session, tenant_id, certificate=signature.hex(), at=now)
        async with self._database.transaction() as session:
            done = await repository.departure(session, tenant_id)
        if done is None:
            raise ClosureRefused(ClosureRefused.advice)
        return done

    async def _today(self, session: Session, tenant_id: UUID) -> date:
        tenant = await self._tenants.get(session, tenant_id)
        return self._clock().astimezone(ZoneInfo(tenant.time_zone)).date()


def certified(departure: Departure, *, finished_at: datetime) -> bytes:
    """Returns what a certificate signs: every column of it but the signature, as canonical JSON."""
    told: dict[str, Any] = {
        name: getattr(departure, name) for name in Departure.__slots__ if name not in {"certificate", "finished_at"}
    }
    told["finished_at"] = finished_at
    plain = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in told.items()}
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str).encode()
