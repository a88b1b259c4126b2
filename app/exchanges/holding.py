"""Leases that last as long as who holds them lives: short ones, renewed while the work goes on.

What a dead worker held is due a few seconds after its last renewal, however much it held and however slow its work was.
Whoever is paused for longer than a lease finds it taken: what it writes then is refused where it is written.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime, timedelta
from typing import Generic
from uuid import UUID

import structlog

from app.clock import Clock
from app.db.leases import Key, Renewing
from app.db.transaction import Database
from app.errors import Unavailable

log = structlog.get_logger()
LEASE, RENEWED_EACH_S = timedelta(seconds=20), 5.0
# A mail that leaves twice is read by somebody: its sender may be paused for longer before another takes it.
MAIL_LEASE = timedelta(seconds=40)


class Hold(Generic[Key]):
    """Rows claimed together under one lease, which is known by every instant it was given.

    A row that was put off, settled or taken by another stands under another instant, and is left alone.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        tenant_id: UUID,
        keys: Iterable[Key],
        renewing: Renewing[Key],
        *,
        until: datetime,
        lease: timedelta = LEASE,
    ) -> None:
        self._database, self._clock, self._tenant_id = database, clock, tenant_id
        self._renewing, self._lease = renewing, lease
        self._until = dict.fromkeys(keys, until)
        self._leases = [until]

    @property
    def leases(self) -> Sequence[datetime]:
        """Every instant until which the rows may have been held by this worker."""
        return tuple(self._leases)

    def has(self, key: Key) -> bool:
        """Whether this worker surely still holds a row: one that was paused finds that another may have it."""
        return self._clock() < self._until[key]

    def on(self) -> AbstractAsyncContextManager[None]:
        """Holds on while the block lasts."""
        return held_on(self.renew)

    async def renew(self) -> None:
        before, until = self.leases, self._clock() + self._lease
        self._leases.append(until)  # before it is written: an answer that is lost may have been written
        async with self._database.transaction(tenant=self._tenant_id) as session:
            ours = await self._renewing(session, self._tenant_id, list(self._until), leases=before, until=until)
        self._until |= dict.fromkeys(ours, until)


@asynccontextmanager
async def held_on(renew: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    """Renews every few seconds while the block lasts; a database that is away lets the lease run out."""
    renewing = asyncio.create_task(_renewing(renew))
    try:
        yield
    finally:
        renewing.cancel()
        await asyncio.gather(renewing, return_exceptions=True)


async def _renewing(renew: Callable[[], Awaitable[None]]) -> None:
    while True:
        await asyncio.sleep(RENEWED_EACH_S)
        try:
            await renew()
        except Unavailable as error:
            log.warning("lease.not_renewed", error=str(error))
        except Exception:
            log.exception("lease.not_renewed")  # the lease runs out; the work it was for is judged by its own end
            raise
