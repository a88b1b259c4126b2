"""Every SQL statement of whole copies that were asked for, and making them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from uuid import UUID

from sqlalchemy import insert, select, update

from app.clock import Clock
from app.db.transaction import Database, Session
from app.errors import NotFound
from app.facts import SYSTEM, Actor, FactBook
from app.ids import new_id
from app.jobs import queue
from app.jobs.queue import Job
from app.tenants.archives import Verdict
from app.tenants.copying import Copying
from app.tenants.facts import TenantExported
from app.tenants.tables import ExportRecord

COPY = "copy_administration"
KEPT = timedelta(days=7)


class CopyState(StrEnum):
    QUEUED = "queued"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """One whole copy; its file is kept a week."""

    id: UUID
    state: CopyState
    requested_by: str
    requested_at: datetime
    finished_at: datetime | None
    expires_at: datetime | None
    sha256: str | None
    size: int | None
    rows: int | None
    pieces: int | None


class Exports:
    """Keeps the register of copies, and their files under `folder`."""

    def __init__(self, database: Database, copying: Copying, book: FactBook, clock: Clock, *, folder: Path) -> None:
        self._database, self._copying, self._book, self._clock = database, copying, book, clock
        self._folder = folder

    async def ask(self, session: Session, tenant_id: UUID, *, actor: Actor = SYSTEM) -> Export:
        """Registers a copy; a worker makes it."""
        export_id = await self._add(session, tenant_id, actor)
        job = Job(COPY, {"tenant": str(tenant_id)}, lock=f"{COPY}:{tenant_id}", priority=-5)
        await queue.defer(session, job)
        return await self.get(session, tenant_id, export_id)

    async def get(self, session: Session, tenant_id: UUID, export_id: UUID) -> Export:
        """Raises `NotFound`."""
        record = ExportRecord
        query = select(record).where(record.tenant_id == tenant_id, record.id == export_id)
        row = (await session.execute(query)).scalar_one_or_none()
        if row is None:
            raise NotFound
        return _export(row)

    async def page(self, session: Session, tenant_id: UUID, *, after: UUID | None, limit: int) -> Sequence[Export]:
        record = ExportRecord
        query = select(record).where(record.tenant_id == tenant_id)
        if after is not None:
            query = query.where(record.id < after)
        rows = (await session.execute(query.order_by(record.id.desc()).limit(limit))).scalars()
        return [_export(row) for row in rows]

    def file_of(self, tenant_id: UUID, export: Export) -> Path:
        """Returns where the file of a copy is. Raises `NotFound` when it is not made yet, or not kept any more."""
        path = self._path(tenant_id, export.id)
        kept = export.expires_at is not None and self._clock() < export.expires_at
        if not kept or not path.is_file():
            raise NotFound
        return path

    async def work(self, tenant: str) -> None:
        """The job: makes the copies that were asked for, and removes the files of those whose week is over."""
        tenant_id, record = UUID(tenant), ExportRecord
        async with self._database.transaction(tenant=tenant_id) as session:
            query = select(record).where(record.tenant_id == tenant_id)
            found = [_export(row) for row in (await session.execute(query.order_by(record.id))).scalars()]
        for export in found:
            path = self._path(tenant_id, export.id)
            if export.state is CopyState.QUEUED:
                path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                path.unlink(missing_ok=True)  # of a process that died before it could say so
                await self._done(tenant_id, export.id, await self._copying.copy(tenant_id, path), actor=SYSTEM)
            elif export.expires_at is not None and export.expires_at <= self._clock():
                path.unlink(missing_ok=True)

    async def make(self, tenant_id: UUID, to: Path, *, actor: Actor = SYSTEM) -> Verdict:
        """Makes a copy where the operator wants it, and registers it."""
        verdict = await self._copying.copy(tenant_id, to)
        async with self._database.transaction(tenant=tenant_id) as session:
            export_id = await self._add(session, tenant_id, actor)
        await self._done(tenant_id, export_id, verdict, actor=actor)
        return verdict

    async def _add(self, session: Session, tenant_id: UUID, actor: Actor) -> UUID:
        export_id, now = new_id(), self._clock()
        state = CopyState.QUEUED.value
        values = {"id": export_id, "state": state, "requested_by": actor.label, "requested_at": now}
        await session.execute(insert(ExportRecord).values(tenant_id=tenant_id, **values))
        return export_id

    async def _done(self, tenant_id: UUID, export_id: UUID, verdict: Verdict, *, actor: Actor) -> None:
        record, now = ExportRecord, self._clock()
        async with self._database.transaction(tenant=tenant_id) as session:
            statement = update(record).where(record.tenant_id == tenant_id, record.id == export_id)
            await session.execute(
                statement.values(
                    state=CopyState.DONE.value,
                    finished_at=now,
                    verified_at=now,
                    expires_at=now + KEPT,
                    sha256=verdict.sha256,
                    size=verdict.size,
                    rows=verdict.rows,
                    pieces=verdict.pieces,
                )
            )
            fact = TenantExported(
                tenant_id=tenant_id,
                subject_id=export_id,
                at=now,
                actor=actor,
                sha256=verdict.sha256,
                rows=verdict.rows,
                pieces=verdict.pieces,
            )
            await self._book.record(session, fact)

    def _path(self, tenant_id: UUID, export_id: UUID) -> Path:
        return self._folder / str(tenant_id) / f"{export_id}.zip"


def _export(row: ExportRecord) -> Export:
    values = {name: getattr(row, name) for name in Export.__slots__}
    return Export(**{**values, "state": CopyState(row.state)})
