"""The register as a file somebody takes away: CSV as it is read, a spreadsheet once it is whole; who took it is kept."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import IO
from uuid import UUID

from app.clock import Clock, civil_day
from app.db.transaction import Database, Session
from app.facts import Actor, FactBook, Seen
from app.reporting import delimited, spreadsheet
from app.reporting.aside import aside
from app.reporting.cells import Naming
from app.reporting.delimited import Dialect
from app.reporting.register import Register, headings
from app.reporting.register_rows import Asked
from app.reporting.spreadsheet import Spreadsheet
from app.tenants.service import Tenants
from app.tenants.values import Tenant
from app.tickets import field_repository
from app.tickets.field_values import MOST_LIVING, CustomField

_CHUNK = 2**16


class Format(StrEnum):
    CSV = "csv"
    ODS = "ods"


@dataclass(frozen=True, slots=True)
class Taken:
    """A file under way."""

    name: str
    media_type: str
    body: AsyncIterator[bytes]


class RegisterFiles:
    """Writes the register of an administration."""

    def __init__(self, database: Database, register: Register, tenants: Tenants, book: FactBook, clock: Clock) -> None:
        self._database, self._register, self._tenants = database, register, tenants
        self._book, self._clock = book, clock

    async def take(
        self,
        tenant_id: UUID,
        asked: Asked,
        *,
        form: Format,
        dialect: Dialect,
        naming: Naming,
        actor: Actor,
        with_fields: bool,
    ) -> Taken:
        """Records who takes it, then writes it; `with_fields` for who may read requests, whose words those hold."""
        now = self._clock()
        days = {name: day.isoformat() for name, day in (("from", asked.first), ("to", asked.last)) if day}
        seen = Seen(
            tenant_id=tenant_id,
            subject_id=tenant_id,
            at=now,
            actor=actor,
            action="register.read",
            detail={"format": form.value, "closed": asked.closed, **days},
        )
        async with self._database.transaction(tenant=tenant_id) as session:
            tenant = await self._tenants.get(session, tenant_id)
            await self._book.record(session, seen)
            fields = await _living(session, tenant_id) if with_fields else ()
        name = f"registre-{tenant.slug}-{civil_day(now, tenant.time_zone)}.{form.value}"
        match form:
            case Format.ODS:
                file = await self._spreadsheet(tenant, asked, fields, naming)
                return Taken(name, spreadsheet.MEDIA_TYPE, chunks(file))
            case Format.CSV:
                return Taken(name, delimited.MEDIA_TYPE, self._lines(tenant, asked, fields, naming, dialect))

    async def _lines(
        self, tenant: Tenant, asked: Asked, fields: Sequence[CustomField], naming: Naming, dialect: Dialect
    ) -> AsyncIterator[bytes]:
        yield delimited.head(headings(fields, naming=naming), dialect=dialect)
        async for batch in self._register.batches(tenant, asked, fields=fields, naming=naming):
            yield await asyncio.to_thread(delimited.lines, batch, dialect=dialect)

    async def _spreadsheet(
        self, tenant: Tenant, asked: Asked, fields: Sequence[CustomField], naming: Naming
    ) -> IO[bytes]:
        """Writes the whole file aside first: what fails is then still an answer."""
        with aside() as file:
            book = Spreadsheet(file, table="Registre des saisines", headings=headings(fields, naming=naming))
            async for batch in self._register.batches(tenant, asked, fields=fields, naming=naming):
                await asyncio.to_thread(book.add, batch)
            await asyncio.to_thread(book.close)
        return file


async def _living(session: Session, tenant_id: UUID) -> Sequence[CustomField]:
    return await field_repository.page(session, tenant_id, archived=False, after=None, limit=MOST_LIVING)


async def chunks(file: IO[bytes]) -> AsyncIterator[bytes]:
    """Yields a file and closes it."""
    with file:
        while chunk := await asyncio.to_thread(file.read, _CHUNK):
            yield chunk
