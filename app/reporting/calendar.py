"""The terms of an administration as a calendar (RFC 5545, RFC 7986): a day each, and nobody named.

A calendar goes to telephones and to other people's servers: an entry holds a reference, what silence decides, the code
of the procedure and a link that asks for a key. Never a name, a subject nor an address.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from functools import partial
from typing import Protocol, TypeVar
from uuid import UUID

from app.clock import Clock, civil_day
from app.db.transaction import Database, Session
from app.reporting import terms
from app.reporting.terms import Window
from app.tenants.values import Tenant

PAST = timedelta(days=30)
COMING = timedelta(days=730)
REFRESH = timedelta(hours=1)
BATCH = 500
PRODUCT = "-//Parvis//Echeances//FR"
Row = TypeVar("Row")


class Batches(Protocol[Row]):
    """A statement that gives what follows a row, a batch at a time."""

    async def __call__(
        self, session: Session, tenant_id: UUID, window: Window, *, after: Row | None, limit: int
    ) -> Sequence[Row]: ...


class TermCalendar:
    """Writes the calendar of one administration, a batch at a time; each batch is a transaction of its own."""

    def __init__(self, database: Database, base_url: str, clock: Clock) -> None:
        self._database, self._base_url, self._clock = database, base_url, clock

    def window(self, tenant: Tenant) -> Window:
        """Returns the days shown: the past month, so that a born decision is seen, and two years to come."""
        today = civil_day(self._clock(), tenant.time_zone)
        return Window(today - PAST, today + COMING)

    async def version(self, session: Session, tenant: Tenant, window: Window) -> int:
        """Returns the version of what the calendar would say now."""
        weighed = await terms.weight(session, tenant.id, window)
        told = f"{PRODUCT}|{tenant.name}|{self._base_url}|{window.first}|{weighed}"
        return int.from_bytes(hashlib.sha256(told.encode()).digest()[:7])

    async def write(self, tenant: Tenant, window: Window) -> AsyncIterator[bytes]:
        """Yields the calendar; memory holds one batch."""
        from app.reporting import calendar_entries as entries  # its library, for who asks for a calendar

        head, tail = entries.frame(tenant)
        yield head
        async for batch in self._batches(terms.open_terms, tenant.id, window):
            # Folding and escaping are slow: a thread does it, other requests go on.
            yield await asyncio.to_thread(
                entries.written, [partial(entries.term_event, term) for term in batch], self._base_url
            )
        async for owed in self._batches(terms.open_dues, tenant.id, window):
            yield await asyncio.to_thread(
                entries.written, [partial(entries.due_event, due) for due in owed], self._base_url
            )
        yield tail

    async def _batches(self, read: Batches[Row], tenant_id: UUID, window: Window) -> AsyncIterator[Sequence[Row]]:
        last: Row | None = None
        while True:
            async with self._database.transaction(tenant=tenant_id) as session:
                found = await read(session, tenant_id, window, after=last, limit=BATCH)
            if found:
                yield found
            if len(found) < BATCH:
                return
            last = found[-1]
