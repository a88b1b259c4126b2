"""F4: a database that is there and says nothing for thirty seconds; a machine that swaps, a disk that hangs.

Too long for every run of the suite: `make long` (`PARVIS_FAULTS=long`).
"""

import asyncio
import contextlib
import signal
import time
from collections.abc import AsyncIterator

import httpx
import psutil

from tests.faults.conftest import Grounds
from tests.faults.journal import Journal

FROZEN_S = 30


@contextlib.asynccontextmanager
async def frozen(grounds: Grounds) -> AsyncIterator[None]:
    """While it lasts, no process of PostgreSQL runs; lines stay open, and a new one is taken by the kernel alone."""
    # The postmaster first: a backend it made between a list and its own stop would go on answering.
    postmaster = grounds.postgres()[0]
    postmaster.suspend()
    while postmaster.status() != psutil.STATUS_STOPPED:  # noqa: ASYNC110 — the kernel's to say
        await asyncio.sleep(0.01)
    processes = grounds.postgres()
    grounds.signal_postgres(signal.SIGSTOP, processes)
    try:
        yield
    finally:
        grounds.signal_postgres(signal.SIGCONT, processes)


async def test_a_database_that_says_nothing_for_thirty_seconds_costs_an_answer_but_no_mail(grounds: Grounds) -> None:
    served = await grounds.serving(PARVIS_DATABASE_URL=grounds.dsns.app)
    journal, place = Journal("frozen"), grounds.places[4]
    assert await journal.send(served.smtp, place.address)
    stop = asyncio.Event()
    async with frozen(grounds):
        loads = [asyncio.create_task(journal.load(lambda: served.smtp, place.address, stop)) for _ in range(4)]
        began = time.monotonic()
        posted = await journal.post(served.http + place.door, place.key)
        async with httpx.AsyncClient(timeout=20) as client:
            assert (await client.get(served.http + "/health/live")).status_code == 200
            assert (await client.get(served.http + "/health/ready")).status_code == 503
        assert not posted
        # Nobody is told that a mail is kept by a database that has said nothing.
        assert len(journal.acknowledged) == 1
        await asyncio.sleep(FROZEN_S - (time.monotonic() - began))
        assert len(journal.acknowledged) == 1
    for _ in range(200):
        if len(journal.acknowledged) > 4:
            break
        await asyncio.sleep(0.1)
    stop.set()
    await asyncio.gather(*loads)
    await journal.again(served.smtp, place.address)
    await grounds.all_read()
    grounds.check(journal)
    assert len(journal.acknowledged) == len(journal.sent) > 4
    for summed in await grounds.ledgers():
        assert (summed.difference, summed.queued, summed.held) == (0, 0, 0)
    assert await served.end() == 0
    assert "Traceback" not in served.log()
