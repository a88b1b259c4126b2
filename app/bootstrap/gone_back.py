"""What a process does when its database went back in time under it: it stops the outbox, says so, and ends.

As `parvis outbox stop` would have done. From the moment it is noticed nothing is done on that database but this; the process
that is started again remembers nothing of what is no longer true.
"""

import asyncio
import contextlib
import signal
from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

import structlog

from app.db.history import History
from app.db.transaction import Database
from app.facts import SYSTEM
from app.tenants import repository as tenants

if TYPE_CHECKING:
    from app.bootstrap.house import House

log = structlog.get_logger()
EVERY_S = 15.0
TRIES, AGAIN_S = 300, 1.0  # a restore makes the rights of the application last of all, after every index
_BY_HAND = "run `parvis outbox stop` before anything is started again"
BECAUSE = "base de données revenue en arrière, constaté par Parvis"


def _end() -> None:
    signal.raise_signal(signal.SIGTERM)  # what is under way ends first, as ever; whoever started it starts it again


async def keep_watch(house: "House", history: History, *, end: Callable[[], None] = _end) -> None:
    """Looks at the database's course until cancelled, or until it went back: then stops what leaves, and ends the process."""
    while not history.gone_back.is_set():
        try:
            await history.look(house.database)
        except Exception as failure:  # noqa: BLE001 — half restored it fails in ways of its own; whoever looks no more sees nothing
            log.warning("database.not_looked_at", failure=type(failure).__name__)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(history.gone_back.wait(), timeout=EVERY_S)
    log.error("database.went_back", told=history.told)
    aside = Database(house.database.url, pool_size=1)
    try:
        await _stop(house, aside)
    finally:
        end()
        await aside.close()


async def _stop(house: "House", aside: Database) -> None:
    """Stops administration after administration; what fails may only be not restored yet, and is tried again."""
    left: set[UUID] | None = None
    try:
        for _ in range(TRIES):
            if left is None:
                left = await _everybody(aside)
            for one in sorted(left or ()):
                if await _stopped(house, aside, one):
                    left = (left or set()) - {one}
            if left is not None and not left:
                return
            await asyncio.sleep(AGAIN_S)
    finally:
        if left is None or left:
            count = None if left is None else len(left)
            log.error("database.outbox_not_stopped", administrations=count, told=_BY_HAND)


async def _everybody(aside: Database) -> set[UUID] | None:
    """Returns every administration; None while there is none to be read, for what went back had some."""
    try:
        async with aside.transaction() as session:
            return set(await tenants.directory(session)) or None
    except Exception as failure:  # noqa: BLE001 — not yet, whatever the reason
        log.warning("database.not_stopped_yet", failure=type(failure).__name__)
        return None


async def _stopped(house: "House", aside: Database, tenant_id: UUID) -> bool:
    """Stops one, even one that the older state remembers as stopped: what waited behind that stop is in doubt too."""
    try:
        async with aside.transaction(tenant=tenant_id) as session:
            channels = [channel.id for channel in await house.channels.all_of(session, tenant_id)]
            await house.restarting.stop(session, tenant_id, channels, because=BECAUSE, actor=SYSTEM)
    except Exception as failure:  # noqa: BLE001 — not yet, whatever the reason; the others are stopped meanwhile
        log.warning("database.not_stopped_yet", tenant=str(tenant_id), failure=type(failure).__name__)
        return False
    return True
