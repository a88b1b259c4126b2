"""Who reads spans again: this process, or others beside it when there is much to read.

Reading a clock is arithmetic: one process keeps one core busy, so a great town is read by as many as there are cores.
"""

import asyncio
import gc
import os
import signal
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from multiprocessing import get_context

from app.clock import utc_now
from app.db.transaction import Database
from app.errors import Unavailable
from app.facts import FactBook
from app.sve.guards import LiveTermGuard
from app.sve.recomputing.batches import Batches, Work
from app.sve.recomputing.values import Tally
from app.sve.refreshing import Refresher
from app.tenants.service import Tenants
from app.tickets.service import Tickets

# A process takes about a second to be ready: a small town is read before.
SPANS_ALONE = 2


def cores() -> int:
    """Returns how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Several:
    """The first spans in this process, the others in `count` more, which end when there is nothing left to read."""

    def __init__(self, url: str, batches: Batches, *, count: int) -> None:
        self._url, self._batches, self.count = url, batches, count
        self._begun = 0
        self._pool: ProcessPoolExecutor | None = None

    def of(self, count: int) -> "Several":
        """Returns as many hands as asked, for the same work."""
        return Several(self._url, self._batches, count=count)

    async def work(self, work: Work) -> Tally:
        """Raises `Unavailable` when a process ends before its work."""
        self._begun += 1
        if self._begun <= SPANS_ALONE:
            return await self._batches.work(work)
        if self._pool is None:
            # Spawned: a fork would take over the connections and the loop of this process.
            self._pool = ProcessPoolExecutor(
                self.count, mp_context=get_context("spawn"), initializer=_ignore_interrupts
            )
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, _work, self._url, work)
        except BrokenProcessPool as error:
            await self.rest()
            raise Unavailable("a process that recomputes has ended; it goes on from where it stands") from error

    async def rest(self) -> None:
        """Lets the processes go."""
        pool, self._pool, self._begun = self._pool, None, 0
        if pool is not None:
            await asyncio.to_thread(pool.shutdown, cancel_futures=True)


def _ignore_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears it, and ends its children


def _work(url: str, work: Work) -> Tally:
    runner, batches = _hand(url)
    return runner.run(batches.work(work))


@cache
def _hand(url: str) -> tuple[asyncio.Runner, Batches]:
    """What one process needs, kept from one span to the next."""
    # Whatever a span makes is gone with it, in no cycle: looking for cycles was a fifth of the work.
    gc.freeze()
    gc.set_threshold(200_000, 50, 100)
    runner = asyncio.Runner()
    return runner, runner.run(_opened(url))


async def _opened(url: str) -> Batches:
    database = Database(url, pool_size=2)
    # A standing states no fact, and nothing here closes a ticket.
    tickets = Tickets(FactBook(), LiveTermGuard(), utc_now)
    return Batches(database, Tenants(database, utc_now), Refresher(tickets))
