"""F1, F3, F30: processes killed and ended at any moment while mails come in by two doors."""

import asyncio
import os
import random
import signal
import socket
import time

from tests.faults.conftest import Grounds, Place
from tests.faults.journal import Journal
from tests.faults.processes import Parvis

SEED = 20261122


async def under_load(
    journal: Journal, served: Parvis, place: Place, seconds: float, *, until: asyncio.Event | None = None
) -> None:
    """Two senders, one by SMTP, one by the API, for so long; with `until`, for as long as it is not said."""

    async def by_api() -> None:
        while not stop.is_set():
            if not await journal.post(served.http + place.door, place.key):
                await asyncio.sleep(0.05)

    stop = asyncio.Event()
    senders = [
        asyncio.create_task(journal.load(lambda: served.smtp, place.address, stop)),
        asyncio.create_task(by_api()),
    ]
    if until is None:
        await asyncio.sleep(seconds)
    else:
        await until.wait()
    stop.set()
    await asyncio.gather(*senders)


async def all_is_well(grounds: Grounds, journal: Journal) -> None:
    await grounds.all_read()
    grounds.check(journal)
    for summed in await grounds.ledgers():
        assert (summed.difference, summed.queued, summed.held) == (0, 0, 0)


async def test_a_process_killed_at_any_moment_loses_and_doubles_nothing(grounds: Grounds) -> None:
    chance, journal = random.Random(SEED), Journal("killed")
    for _ in range(3):
        served = await grounds.serving()
        place = chance.choice(grounds.places)
        loading = asyncio.create_task(under_load(journal, served, place, 1.0))
        await asyncio.sleep(chance.uniform(0.2, 0.9))
        served.kill()
        await loading
    served = await grounds.serving()
    for message_id in sorted(journal.unknown):
        assert await journal.send(served.smtp, grounds.places[0].address, message_id)
    await grounds.all_read()
    assert len(journal.acknowledged) > 5  # how many a slow machine takes in is no promise; that none is lost is
    _each_kept_once_a_mailbox(grounds, journal)
    for summed in await grounds.ledgers():
        assert (summed.difference, summed.queued, summed.held) == (0, 0, 0)
    served.kill()


def _each_kept_once_a_mailbox(grounds: Grounds, journal: Journal) -> None:
    # What nobody acknowledged may have been kept, and was sent again, to another mailbox here: once in each.
    rows = grounds.rows("SELECT external_id, channel_id, count(*) FROM messages WHERE direction = 'in' GROUP BY 1, 2")
    assert {count for _, _, count in rows} == {1}
    assert journal.acknowledged <= {external_id for external_id, _, _ in rows}


async def test_the_database_killed_under_load_loses_nothing_and_comes_back_by_itself(grounds: Grounds) -> None:
    """F3: everybody is told to try again meanwhile, and no hand is needed; how long it takes is the bench's to measure."""
    journal, place = Journal("postgres"), grounds.places[1]
    served = await grounds.serving(PARVIS_WORKER_INSIDE="false")
    worker = await grounds.start("worker").ready("worker.ready")
    enough = asyncio.Event()
    loading = asyncio.create_task(under_load(journal, served, place, 0, until=enough))
    for _ in range(2):
        await asyncio.sleep(0.7)
        grounds.signal_postgres(signal.SIGKILL)
        down = time.monotonic()
        kept = len(journal.acknowledged)
        while len(journal.acknowledged) <= kept + 2:
            assert time.monotonic() - down < 60, served.log()[-2000:]
            await asyncio.sleep(0.05)
        if worker.alive:
            worker.kill()
            # Its jobs are another's now; nobody starts it again.
            other = grounds.start("worker")
    enough.set()
    await loading
    assert {answer[:3] for answer in journal.refused} <= {"451", "503"}
    await journal.again(served.smtp, place.address)
    await other.ready("worker.ready")
    await all_is_well(grounds, journal)


async def test_ending_is_graceful_for_what_was_begun(grounds: Grounds) -> None:
    """F30: SIGTERM under load; every accepted mail is kept, the status is 0, and it takes less than 25 seconds."""
    journal, place = Journal("ended"), grounds.places[2]
    name = f"{grounds.folder.name}-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(f"\0{name}")
        manager.settimeout(30)
        served = await grounds.serving(NOTIFY_SOCKET=f"@{name}")
        assert await asyncio.to_thread(manager.recv, 100) == b"READY=1"
        loading = asyncio.create_task(under_load(journal, served, place, 1.5))
        await asyncio.sleep(0.8)
        started = time.monotonic()
        assert await served.end() == 0
        assert time.monotonic() - started < 25
        assert await asyncio.to_thread(manager.recv, 100) == b"STOPPING=1"
    await loading
    served = await grounds.serving()
    await journal.again(served.smtp, place.address)
    await all_is_well(grounds, journal)
    assert "Traceback" not in served.log()
    assert await served.end() == 0
