"""Imports: declared, handed over, examined, decided upon by a person, placed, stopped, taken back."""

import contextlib
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from app.channels.service import Channels
from app.clock import Clock
from app.db.transaction import Database, Session, patient
from app.errors import Flaw, Invalid, NotFound
from app.exchanges import receptions
from app.facts import SYSTEM, Actor, FactBook
from app.ids import new_id
from app.imports import repository
from app.imports.carrying import Carrying, ending
from app.imports.facts import ImportAsked, ImportCancelled, ImportStarted, ImportUndone
from app.imports.files import Handed
from app.imports.parcels import ExportUnreadable
from app.imports.refusals import ImportBuiltUpon, ImportElsewhere, ImportNotThere
from app.imports.shapes import SourceKind
from app.imports.values import AT_WORK, STATE_NAMES, Import, ImportState, Refusal
from app.jobs import queue
from app.jobs.queue import Job
from app.rest.etags import require_version
from app.rest.languages import Said
from app.tickets import origins

IMPORT = "import_history"
_NAME_MAX = 60
_TOLD = 5
# Hundreds of thousands of messages are one statement, all or nothing; what comes in meanwhile is kept, and placed after.
_TAKING_BACK_S = 7_200.0
# What may be decided of an import, and where it may stand for that.
FROM: dict[ImportState, tuple[ImportState, ...]] = {
    ImportState.RUNNING: (ImportState.EXAMINED, ImportState.INTERRUPTED),
    ImportState.CANCELLED: (
        ImportState.EXPECTED,
        ImportState.RECEIVED,
        ImportState.EXAMINED,
        ImportState.RUNNING,
        ImportState.INTERRUPTED,
    ),
    ImportState.UNDOING: (ImportState.DONE, ImportState.CANCELLED, ImportState.FAILED),
}


class Imports:
    """The register of imports. A row says what must be done; a job is only a wake-up."""

    def __init__(
        self, database: Database, channels: Channels, carrying: Carrying, handed: Handed, book: FactBook, clock: Clock
    ) -> None:
        self._database, self._channels, self._carrying = database, channels, carrying
        self.handed, self._book, self._clock = handed, book, clock

    async def ask(
        self, session: Session, tenant_id: UUID, *, source: SourceKind, name: str, channel_id: UUID, actor: Actor
    ) -> Import:
        """Declares an export to come. Raises `Invalid` for a channel to which nothing of it could belong."""
        return await self._add(
            session, tenant_id, source, name, channel_id, actor=actor, state=ImportState.EXPECTED, digest=None
        )

    async def get(self, session: Session, tenant_id: UUID, import_id: UUID) -> Import:
        """Raises `NotFound`."""
        found = await repository.find(session, tenant_id, import_id)
        if found is None:
            raise NotFound
        return found.seen(now=self._clock())

    async def page(self, session: Session, tenant_id: UUID, *, after: UUID | None, limit: int) -> Sequence[Import]:
        found = await repository.page(session, tenant_id, after=after, limit=limit)
        return [one.seen(now=self._clock()) for one in found]

    async def refusals(
        self, session: Session, tenant_id: UUID, import_id: UUID, *, after: UUID | None, limit: int
    ) -> Sequence[Refusal]:
        """Returns a page of what was not taken. Raises `NotFound`."""
        await self.get(session, tenant_id, import_id)
        return await repository.refusals(session, tenant_id, import_id, after=after, limit=limit)

    async def receive(self, tenant_id: UUID, import_id: UUID, chunks: AsyncIterator[bytes]) -> Import:
        """Keeps the file of a declared import, and has it examined. Raises `NotFound`, `ImportNotThere`, `TooLarge`.

        The bytes come outside of any transaction: whoever sends them slowly holds nothing.
        """
        async with self._database.transaction(tenant=tenant_id) as session:
            _stands(await self.get(session, tenant_id, import_id), ImportState.EXPECTED)
        async with (
            self.handed.arriving(tenant_id, import_id, chunks) as arrived,
            self._database.transaction(tenant=tenant_id) as session,
        ):
            found = await repository.find(session, tenant_id, import_id, lock=True)
            if found is None:
                raise NotFound
            # Of two that came at once one is refused: the file in place is that of the row.
            _stands(found, ImportState.EXPECTED)
            values = {
                "state": ImportState.RECEIVED.value,
                "file_digest": arrived.digest,
                "file_size": arrived.size,
            }
            await repository.change(session, tenant_id, import_id, values)
            await self._wake(session, tenant_id)
            await arrived.settle()
            return await self.get(session, tenant_id, import_id)

    async def decide(
        self, session: Session, tenant_id: UUID, import_id: UUID, wanted: ImportState, *, version: int, actor: Actor
    ) -> Import:
        """Starts an examined import or an interrupted one, stops one, or has one taken back.

        Raises `Stale`, `ImportNotThere`, and `ImportBuiltUpon` for one that somebody has worked on since.
        """
        found = await repository.find(session, tenant_id, import_id, lock=True)
        if found is None:
            raise NotFound
        require_version(found.version, expected=version)
        now, values = self._clock(), dict[str, Any](state=wanted.value)
        found = found.seen(now=now)
        _stands(found, *FROM[wanted])
        match wanted:
            case ImportState.RUNNING if found.state is ImportState.INTERRUPTED:
                _carried_by_workers(found)
                values["problem"] = None
            case ImportState.RUNNING:
                values |= {"started_at": now, "refused": 0}
                await repository.forget_refusals(session, tenant_id, import_id)
                await self._book.record(session, _started(tenant_id, found, at=now, actor=actor))
            case ImportState.CANCELLED:
                values["ended_at"] = now
                await self._book.record(session, ending(ImportCancelled, tenant_id, found, at=now, actor=actor))
            case _:
                await self._untouched(session, tenant_id, import_id)
                values |= {"problem": None, "actor": actor.label}
        await repository.change(session, tenant_id, import_id, values)
        await self._wake(session, tenant_id)
        return await self.get(session, tenant_id, import_id)

    async def begin_here(
        self,
        tenant_id: UUID,
        *,
        source: SourceKind,
        name: str,
        channel_id: UUID,
        digest: str,
        actor: Actor,
        resume: bool,
    ) -> Import:
        """Begins an import that an operator's command carries itself, or finds the one that was interrupted.

        Raises `ImportElsewhere` when one of the same file was interrupted and nobody said to go on with it, `NotFound`
        when there is none to go on with.
        """
        origin = origin_of(source, name)
        async with self._database.transaction(tenant=tenant_id) as session:
            running = await repository.in_states(session, tenant_id, [ImportState.RUNNING, ImportState.INTERRUPTED])
            found = [one for one in running if (one.file_digest, one.origin) == (digest, origin)]
            if found and not resume:
                raise ImportElsewhere("an import of this file was interrupted: go on with it by --resume")
            if resume:
                if not found:
                    raise NotFound("no import of this file was interrupted")
                return await self._again(session, tenant_id, found[0])
            begun = await self._add(
                session, tenant_id, source, name, channel_id, actor=actor, state=ImportState.RUNNING, digest=digest
            )
            await self._book.record(session, _started(tenant_id, begun, at=self._clock(), actor=actor))
            return begun

    async def work(self, tenant: str) -> None:
        """The job of one administration: does what its imports wait for, one after the other."""
        tenant_id = UUID(tenant)
        async with self._database.transaction(tenant=tenant_id) as session:
            waiting = await repository.in_states(session, tenant_id, AT_WORK)
        for one in waiting:
            # Somebody else goes on with it, or stopped it: its row says what comes next.
            with contextlib.suppress(ImportElsewhere):
                await self._step(tenant_id, one)

    async def forget_files(self, tenant_id: UUID) -> None:
        """Removes files that have served: nobody decided within a month, or it is over."""
        async with self._database.transaction(tenant=tenant_id) as session:
            kept = await repository.page(session, tenant_id, after=None, limit=1000)
        for one in kept:
            if one.file_size is not None and one.state not in (*AT_WORK, ImportState.EXAMINED):
                self.handed.forget(tenant_id, one.id)
        self.handed.forget_halves(tenant_id, now=self._clock())

    async def _step(self, tenant_id: UUID, one: Import) -> None:
        path = self.handed.path(tenant_id, one.id)
        try:
            match one.state:
                case ImportState.RECEIVED:
                    await self._examine(tenant_id, one, path)
                case ImportState.RUNNING | ImportState.INTERRUPTED if one.file_size is not None:
                    async with self._database.transaction(tenant=tenant_id) as session:
                        one = await self._again(session, tenant_id, one)
                    await self._carrying.carry(tenant_id, one, path, actor=_actor(one))
                    self.handed.forget(tenant_id, one.id)
                case ImportState.UNDOING:
                    await self.take_back(tenant_id, one)
                    self.handed.forget(tenant_id, one.id)
                case _:
                    return  # an operator's command carries it
        except (ExportUnreadable, FileNotFoundError) as refusal:
            told = (
                str(getattr(refusal, "detail", ""))
                or "le fichier remis n’est plus là : remettez-le dans une autre reprise"
            )
            await self._fail(tenant_id, one, told)
            self.handed.forget(tenant_id, one.id)

    async def _examine(self, tenant_id: UUID, one: Import, path: Path) -> None:
        report, refusals = await self._carrying.examine(
            tenant_id, path, source=one.source, origin=one.origin, channel_id=one.channel_id
        )
        async with self._database.transaction(tenant=tenant_id) as session:
            found = await repository.find(session, tenant_id, one.id, lock=True)
            if found is None or found.state is not ImportState.RECEIVED:
                return
            await repository.forget_refusals(session, tenant_id, one.id)
            await repository.refuse(session, tenant_id, one.id, refusals)
            values = {
                "state": ImportState.EXAMINED.value,
                "report": report,
                "refused": sum(report["refusals"].values()),
            }
            await repository.change(session, tenant_id, one.id, values)

    async def _again(self, session: Session, tenant_id: UUID, one: Import) -> Import:
        """Goes on with an import that was interrupted: its row says running again. Raises `ImportElsewhere`."""
        found = await repository.find(session, tenant_id, one.id, lock=True)
        if found is None or found.state not in (ImportState.RUNNING, ImportState.INTERRUPTED):
            raise ImportElsewhere
        values = {"state": ImportState.RUNNING.value, "problem": None}
        await repository.note_work(session, tenant_id, found, values, at=self._clock())
        return await repository.find(session, tenant_id, one.id) or found

    async def take_back(self, tenant_id: UUID, one: Import) -> None:
        """Deletes all that an import brought, or nothing: then it stands as before, with why."""
        try:
            async with self._database.transaction(tenant=tenant_id) as session:
                found = await repository.find(session, tenant_id, one.id, lock=True)
                if found is None or found.state is not ImportState.UNDOING:
                    raise ImportElsewhere
                # As a batch does, after its row: a mail that comes now finds what stands here, or nothing of it.
                await receptions.one_at_a_time(session, tenant_id)
                async with patient(session, seconds=_TAKING_BACK_S):
                    await self._untouched(session, tenant_id, one.id)
                    tickets = await repository.take_back(session, one.id)
                    people = await origins.forget_people(session, tenant_id, one.id)
                values = {"state": ImportState.UNDONE.value, "ended_at": self._clock()}
                await repository.change(session, tenant_id, one.id, values)
                fact = ImportUndone(
                    tenant_id=tenant_id,
                    subject_id=one.id,
                    at=self._clock(),
                    actor=_actor(one),
                    tickets=tickets,
                    people=people,
                )
                await self._book.record(session, fact)
        except ImportBuiltUpon as refusal:
            async with self._database.transaction(tenant=tenant_id) as session:
                values = {"state": ImportState.DONE.value, "problem": str(refusal.detail)[:500]}
                await repository.change(session, tenant_id, one.id, values)

    async def _untouched(self, session: Session, tenant_id: UUID, import_id: UUID) -> None:
        worked = await origins.built_upon(session, tenant_id, import_id, limit=_TOLD)
        if worked:
            named = ", ".join(worked)
            raise ImportBuiltUpon(
                Said(
                    f"on a travaillé sur des demandes de cette reprise, ou une autre les complète : {named}. Elle ne se retire "
                    "plus d’un bloc",
                    en=f"requests of this import were worked on, or another one completes them: {named}. It cannot be taken "
                    "back whole any more",
                )
            )

    async def _fail(self, tenant_id: UUID, one: Import, told: str) -> None:
        async with self._database.transaction(tenant=tenant_id) as session:
            found = await repository.find(session, tenant_id, one.id, lock=True)
            if found is not None and found.state is one.state:
                values = {"state": ImportState.FAILED.value, "problem": told[:500], "ended_at": self._clock()}
                await repository.change(session, tenant_id, one.id, values)

    async def _add(
        self,
        session: Session,
        tenant_id: UUID,
        source: SourceKind,
        name: str,
        channel_id: UUID,
        *,
        actor: Actor,
        state: ImportState,
        digest: str | None,
    ) -> Import:
        await self._receiving(session, tenant_id, channel_id)
        now = self._clock()
        one = Import(
            id=new_id(),
            source=source,
            origin=origin_of(source, name),
            channel_id=channel_id,
            state=state,
            actor=actor.label,
            requested_at=now,
            started_at=now if state is ImportState.RUNNING else None,
            ended_at=None,
            file_digest=digest,
            file_size=None,
            report=None,
            problem=None,
            position=0,
            tickets=0,
            messages=0,
            pieces=0,
            saisines=0,
            known=0,
            refused=0,
            version=1,
        )
        await repository.add(session, tenant_id, one)
        asked = ImportAsked(tenant_id=tenant_id, subject_id=one.id, at=now, actor=actor, source=source.value)
        await self._book.record(session, asked)
        return one

    async def _receiving(self, session: Session, tenant_id: UUID, channel_id: UUID) -> None:
        try:
            channel = await self._channels.get(session, tenant_id, channel_id)
        except NotFound:
            told = Said("canal inconnu", en="unknown channel")
            raise Invalid(flaws=[Flaw("/channel_id", "unknown", told)]) from None
        if channel.type.partition(".")[0] != "email":
            told = Said(
                "choisissez une boîte aux lettres : c’est par elle que l’on répondra aux demandes reprises",
                en="choose a mailbox: imported requests are answered through it",
            )
            raise Invalid(flaws=[Flaw("/channel_id", "not-a-mailbox", told)])

    async def _wake(self, session: Session, tenant_id: UUID) -> None:
        await queue.defer(session, Job(IMPORT, {"tenant": str(tenant_id)}, lock=f"{IMPORT}:{tenant_id}", priority=-5))


def _carried_by_workers(one: Import) -> None:
    if one.file_size is None:
        told = Said(
            "cette reprise se lit sur le serveur : parvis import … --resume la continue",
            en="this import is read on the server: parvis import … --resume goes on with it",
        )
        raise ImportNotThere(told)


def _stands(one: Import, *wanted: ImportState) -> None:
    if one.state not in wanted:
        told = Said(
            f"cette reprise en est à : {STATE_NAMES[one.state]} ; relisez-la, puis décidez",
            en=f"this import is {one.state.value}: read it again, then decide",
        )
        raise ImportNotThere(told)


def origin_of(source: SourceKind, name: str) -> str:
    """Returns under which name things of a source are known: one installation is no other."""
    plain = "-".join(name.lower().split())[:_NAME_MAX]
    return f"{source.value}:{plain}" if plain else source.value


def _started(tenant_id: UUID, one: Import, *, at: datetime, actor: Actor) -> ImportStarted:
    return ImportStarted(
        tenant_id=tenant_id,
        subject_id=one.id,
        at=at,
        actor=actor,
        source=one.source.value,
        digest=one.file_digest or "",
    )


def _actor(one: Import) -> Actor:
    """Who asked for it, by what its row keeps."""
    kind, _, word = one.actor.partition(":")
    return Actor(kind, UUID(word) if word else None) if kind else SYSTEM
