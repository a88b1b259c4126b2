"""F8: the machine's time, or its database's, is set while a process works; what it does goes on from where it stood.

Too long for every run of the suite: `make long` (`PARVIS_FAULTS=long`).
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from uuid import UUID

import httpx
import pytest_asyncio

from app.clock import utc_now
from tests.faults.conftest import Grounds
from tests.faults.journal import Journal
from tests.faults.leases import inside
from tests.faults.processes import Parvis
from tests.faults.set_server import SetServer

# Two hours either way, a quarter of a year, and less than what a lease or a look at the database's history bears.
JUMPS = (7200, -7200, 90 * 86_400, -240, 240)


async def said(process: Parvis, event: str, *, times: int) -> None:
    for _ in range(400):
        if len(process.said(event)) >= times:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"{event} was not said {times} times: {process.log()[-2000:]}")


async def skew_of(served: Parvis) -> float:
    async with httpx.AsyncClient() as client:
        told = (await client.get(served.http + "/metrics")).text
    (skew,) = [float(line.split()[1]) for line in told.splitlines() if line.startswith("parvis_clock_skew_seconds ")]
    return skew


def jumping(grounds: Grounds) -> Parvis:
    (grounds.folder / "ahead").write_text("0")
    return grounds.start(
        str(grounds.folder / "ahead"),
        "serve",
        "--port",
        "0",
        module="tests.faults.jumping",
        PARVIS_DATABASE_URL=grounds.dsns.app,
        PARVIS_SMTP_LISTEN="127.0.0.1:0",
    )


async def a_worker_lives_at(grounds: Grounds, jump: int) -> None:
    """Waits until a worker's heartbeat, dated by the database, has jumped as far as it."""
    near = "SELECT 1 FROM procrastinate_workers WHERE abs(extract(epoch FROM last_heartbeat) - %s) < 60"
    for _ in range(1200):
        if grounds.rows(near, utc_now().timestamp() + jump):
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"no worker was seen {jump} seconds away")


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


async def as_if_nothing_had_happened(grounds: Grounds, tenant_id: UUID, journal: Journal, *, began: datetime) -> None:
    await grounds.all_read()
    assert journal.acknowledged == set(journal.sent)
    grounds.check(journal)
    little, lease = timedelta(seconds=30), timedelta(seconds=120)
    for name, table in (("received_at", "receptions"), ("next_attempt_at", "receptions"), ("at", "audit_entries")):
        latest, earliest = grounds.rows(
            f"SELECT max({name}), min({name}) FROM {table} WHERE tenant_id = %s", tenant_id
        )[0]
        # The journal begins with the town itself, founded before.
        assert earliest > began - (little if table == "receptions" else timedelta(hours=1)), (name, table)
        assert latest < utc_now() + lease, (name, table)
    assert grounds.rows("SELECT count(*) FROM alerts WHERE tenant_id = %s", tenant_id) == [(0,)]
