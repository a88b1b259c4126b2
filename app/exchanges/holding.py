"""Leases that last as long as who holds them lives: short ones, renewed while the work goes on.

What a dead worker held is due a few seconds after its last renewal, however much it held and however slow its work was.
Whoever is paused for longer than a lease finds it taken: what it writes then is refused where it is written.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import structlog

from app.errors import Unavailable

log = structlog.get_logger()
LEASE, RENEWED_EACH_S = timedelta(seconds=20), 5.0


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
