"""A list of requests as a file somebody takes away: what they see of it at one instant; who took it is kept."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import IO
from uuid import UUID
from zoneinfo import ZoneInfo

from app.clock import Clock, civil_day
from app.db.transaction import Database, Session
from app.errors import Flaw, Invalid
from app.facts import Actor, FactBook, Seen
from app.identity import people_repository
from app.reporting import delimited, spreadsheet
from app.reporting.aside import aside
from app.reporting.cells import Cell, Naming
from app.reporting.delimited import Dialect
from app.reporting.listing import Beside, Listing
from app.reporting.register_files import Format, Taken, chunks
from app.reporting.spreadsheet import Spreadsheet
from app.rest.languages import Said
from app.tenants.service import Tenants
from app.tenants.values import Tenant
from app.tickets import field_repository, whole_lists
from app.tickets.field_values import MOST_FIELDS
from app.tickets.repository import Filter
from app.tickets.service import Tickets

MOST = 50_000
_BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A list and how it is written: its filters and order, the columns asked for, the format."""

    filter: Filter
    by_term: bool
    columns: Sequence[str]
    form: Format
    dialect: Dialect
    naming: Naming


class ListFiles:
    """Writes lists of requests, a batch at a time, aside: a file that fails half-way is no file."""

    def __init__(self, database: Database, tickets: Tickets, tenants: Tenants, book: FactBook, clock: Clock) -> None:
        self._database, self._tickets, self._tenants = database, tickets, tenants
        self._book, self._clock = book, clock

    async def take(self, tenant_id: UUID, wanted: Wanted, *, actor: Actor) -> Taken:
        """Records who takes it, then writes it, with the eyes of the request under way.

        Raises `Invalid` for a column that is none, for words (they are searched, not listed whole), for more than `MOST`.
        """
        now = self._clock()
        async with self._database.transaction(tenant=tenant_id) as session:
            tenant = await self._tenants.get(session, tenant_id)
            fields = await field_repository.page(session, tenant_id, archived=True, after=None, limit=MOST_FIELDS)
            listing = Listing(wanted.columns, fields, naming=wanted.naming)
            ids = await self._ids(session, tenant_id, wanted)
            agents = await people_repository.names(session, tenant_id)
            seen = Seen(
                tenant_id=tenant_id,
                subject_id=tenant_id,
                at=now,
                actor=actor,
                action="tickets.exported",
                detail={"format": wanted.form.value, "lines": len(ids), "columns": list(listing.columns)},
            )
            await self._book.record(session, seen)
        file = await self._written(tenant, listing, ids, agents, wanted)
        day = civil_day(now, tenant.time_zone)
        media = spreadsheet.MEDIA_TYPE if wanted.form is Format.ODS else delimited.MEDIA_TYPE
        return Taken(f"demandes-{tenant.slug}-{day}.{wanted.form.value}", media, chunks(file))

    async def _ids(self, session: Session, tenant_id: UUID, wanted: Wanted) -> Sequence[UUID]:
        if wanted.filter.q:
            told = Said(
                "les mots se cherchent dans la liste, sans être pris en fichier : restreignez par des filtres",
                en="words are searched for, not taken as a file: narrow with filters",
            )
            raise Invalid(flaws=[Flaw("query/q", "unlisted", told)])
        ids = await whole_lists.ids(session, tenant_id, wanted.filter, by_term=wanted.by_term, most=MOST + 1)
        if len(ids) > MOST:
            told = Said(
                f"plus de {MOST} demandes : restreignez la liste, par exemple par jours de réception",
                en=f"more than {MOST} requests: narrow the list, for instance by days of reception",
            )
            raise Invalid(flaws=[Flaw("query", "too-many", told)])
        return ids

    async def _written(
        self, tenant: Tenant, listing: Listing, ids: Sequence[UUID], agents: Mapping[UUID, str], wanted: Wanted
    ) -> IO[bytes]:
        with aside() as file:
            book = None
            if wanted.form is Format.ODS:
                book = Spreadsheet(file, table="Demandes", headings=listing.headings)
            else:
                file.write(delimited.head(listing.headings, dialect=wanted.dialect))
            for start in range(0, len(ids), _BATCH):
                lines = await self._lines(tenant, listing, ids[start : start + _BATCH], agents)
                if book is not None:
                    await asyncio.to_thread(book.add, lines)
                else:
                    file.write(await asyncio.to_thread(delimited.lines, lines, dialect=wanted.dialect))
            if book is not None:
                await asyncio.to_thread(book.close)
        return file

    async def _lines(
        self, tenant: Tenant, listing: Listing, ids: Sequence[UUID], agents: Mapping[UUID, str]
    ) -> Sequence[Sequence[Cell]]:
        """Reads a batch again with the eyes of who takes it: what left their sight meanwhile is left out."""
        async with self._database.transaction(tenant=tenant.id) as session:
            found = await self._tickets.page(
                session, tenant.id, replace(_ANY, ids=ids), by_term=False, after=None, limit=len(ids)
            )
            teams = {one.team_id for one in found if one.team_id}
            beside = Beside(
                teams={one.id: one.name for one in await people_repository.teams(session, tenant.id, ids=teams)},
                agents=agents,
                procedures=await field_repository.procedures(session, tenant.id, [one.id for one in found]),
                zone=ZoneInfo(tenant.time_zone),
            )
        by_id = {one.id: one for one in found}
        return [listing.cells(by_id[one], beside) for one in ids if one in by_id]


_ANY = Filter()
