"""F8: the machine's time, or its database's, is set while a process works; what it does goes on from where it stood.

Too long for every run of the suite: `make long` (`PARVIS_FAULTS=long`).
"""

from collections.abc import AsyncIterator

import pytest_asyncio

from app.clock import utc_now
from tests.faults.conftest import Grounds
from tests.faults.journal import Journal
from tests.faults.jumps import (
    JUMPS,
    a_worker_lives_at,
    as_if_nothing_had_happened,
    jumping,
    runs_wrong,
    said,
    skew_of,
)
from tests.faults.leases import inside
from tests.faults.set_server import SetServer


@pytest_asyncio.fixture(loop_scope="session")
async def server(grounds: Grounds) -> AsyncIterator[SetServer]:
    made = SetServer(inside(grounds.dsns.admin, grounds.dsns.app))
    made.hide()
    yield made
    for process in grounds.processes:
        if process.alive:
            process.kill()
    made.show()


async def test_a_machine_whose_time_is_set_goes_on_from_where_it_stood_and_says_so(grounds: Grounds) -> None:
    """F8: two hours forward, back, three months, four minutes: instants, leases and alerts are as if nothing had happened."""
    ahead, served = grounds.folder / "ahead", jumping(grounds)
    await served.ready("http.listening", "mail.listening")
    journal, place = Journal("jumps"), grounds.places[5]
    began = utc_now()
    for number, jump in enumerate(JUMPS, start=1):
        ahead.write_text(str(jump))
        assert await journal.send(served.smtp, place.address)
        await said(served, "clock.skewed", times=number)
        assert abs(await skew_of(served) + jump) < 60
        ahead.write_text("0")
        await said(served, "clock.agrees", times=number)
    assert await journal.send(served.smtp, place.address)
    await as_if_nothing_had_happened(grounds, place.tenant_id, journal, began=began)
    served.kill()


async def test_a_database_whose_time_is_set_alone_is_not_followed_and_it_is_said(
    grounds: Grounds, server: SetServer
) -> None:
    """F8: what asks the database for the time is told another; work goes on, once, dated by those who agree."""
    served = jumping(grounds)
    await served.ready("http.listening", "mail.listening")
    journal, place = Journal("set-server"), grounds.places[6]
    began = utc_now()
    for number, jump in enumerate(JUMPS, start=1):
        server.jump(jump)
        assert await journal.send(served.smtp, place.address)
        await said(served, "clock.skewed", times=number)
        assert abs(await skew_of(served) - jump) < 60
        await a_worker_lives_at(grounds, jump)
        assert await journal.send(served.smtp, place.address)
        server.jump(0)
        await said(served, "clock.agrees", times=number)
    assert await journal.send(served.smtp, place.address)
    await as_if_nothing_had_happened(grounds, place.tenant_id, journal, began=began)
    assert served.alive
    assert "Traceback" not in served.log()


async def test_a_worker_apart_whose_machine_alone_is_set_goes_on_from_where_it_stood(grounds: Grounds) -> None:
    """F8: the machine of the intake and the database agree; the worker's own is hours off, months, or runs wrong."""
    served = await grounds.serving(PARVIS_DATABASE_URL=grounds.dsns.app, PARVIS_WORKER_INSIDE="false")
    ahead, worker = grounds.folder / "worker-ahead", jumping(grounds, "worker-ahead", "worker")
    await worker.ready("worker.ready")
    journal, place = Journal("worker-apart"), grounds.places[7]
    began = utc_now()

    async def arrives() -> None:
        assert await journal.send(served.smtp, place.address)
        await grounds.all_read()

    for number, jump in enumerate(JUMPS, start=1):
        ahead.write_text(str(jump))
        await said(worker, "clock.skewed", times=number)
        await arrives()
        ahead.write_text("0")
        await said(worker, "clock.agrees", times=number)
    await runs_wrong(lambda seconds: ahead.write_text(str(seconds)), worker, arrives)
    await as_if_nothing_had_happened(grounds, place.tenant_id, journal, began=began)
    assert not served.said("clock.skewed")
    worker.kill()
    served.kill()
