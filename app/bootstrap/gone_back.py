"""What a process does when its database went back in time under it: it stops the outbox, says so, and ends.

As `parvis outbox stop` would have done. From the moment it is noticed nothing is done on that database but this; the process
that is started again remembers nothing of what is no longer true.
"""

import asyncio
import contextlib
import signal
from collections.abc import Callable
from typing import TYPE_CHECKING

import psycopg
import structlog

from app.db.history import History
from app.db.transaction import Database
from app.errors import Unavailable
from app.exchanges import gates
from app.facts import SYSTEM
from app.tenants import repository as tenants

if TYPE_CHECKING:
    from app.bootstrap.house import House

log = structlog.get_logger()
EVERY_S = 15.0
BECAUSE = "base de données revenue en arrière, constaté par Parvis"


def _end() -> None:
    signal.raise_signal(signal.SIGTERM)  # what is under way ends first, as ever; whoever started it starts it again


async def keep_watch(house: "House", history: History, *, end: Callable[[], None] = _end) -> None:
    """Looks at the database's course until cancelled, or until it went back: then stops what leaves, and ends the process."""
    while not history.gone_back.is_set():
        with contextlib.suppress(Unavailable, psycopg.OperationalError):
            await history.look(house.database)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(history.gone_back.wait(), timeout=EVERY_S)
    log.error("database.went_back", told=history.told)
    aside = Database(house.database.url, pool_size=1)
    try:
        await _stop(house, aside)
    finally:
        await aside.close()
        end()


async def _stop(house: "House", aside: Database) -> None:
    for _ in range(20):
        try:
            async with aside.transaction() as session:
                everybody = await tenants.directory(session)
            for one in everybody:
                async with aside.transaction(tenant=one) as session:
                    if await gates.restored(session, one) is None:
                        channels = [channel.id for channel in await house.channels.all_of(session, one)]
                        await house.restarting.stop(session, one, channels, because=BECAUSE, actor=SYSTEM)
        except Unavailable:
            await asyncio.sleep(1)
        else:
            return
    log.error("database.outbox_not_stopped", told="run `parvis outbox stop` before anything is started again")
