"""What tests of set times share: how far, what is said of it, and that nothing came of it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID

import httpx

from app.clock import utc_now
from tests.faults.conftest import Grounds
from tests.faults.journal import Journal
from tests.faults.processes import Parvis

# Two hours either way, a quarter of a year, and less than what a lease or a look at the database's history bears.
JUMPS = (7200, -7200, 90 * 86_400, -240, 240)

# A clock that runs five times too fast, or backwards: a second further at each quarter of a second, for as many.
_FURTHER, _EVERY_S = 40, 0.25


async def runs_wrong(
    set_to: Callable[[int], object], process: Parvis, meanwhile: Callable[[], Awaitable[None]]
) -> None:
    """After the jumps, lets a clock run too fast, then backwards; works while it is off, and waits until it is right again."""
    for number, direction in enumerate((1, -1), start=len(JUMPS) + 1):
        for seconds in range(1, _FURTHER + 1):
            set_to(direction * seconds)
            await asyncio.sleep(_EVERY_S)
        await said(process, "clock.skewed", times=number)
        await meanwhile()
        set_to(0)
        await said(process, "clock.agrees", times=number)


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


def jumping(grounds: Grounds, ahead: str = "ahead", command: str = "serve") -> Parvis:
    """Starts a process whose machine is ahead by the seconds a file of this name holds."""
    (grounds.folder / ahead).write_text("0")
    arguments = ("serve", "--port", "0") if command == "serve" else (command,)
    return grounds.start(
        str(grounds.folder / ahead),
        *arguments,
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
