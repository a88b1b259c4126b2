"""F8: the machine's time is set while a process works on it; what it does goes on from where it stood.

Too long for every run of the suite: `make long` (`PARVIS_FAULTS=long`).
"""

import asyncio
from datetime import timedelta

import httpx

from app.clock import utc_now
from tests.faults.conftest import Grounds
from tests.faults.journal import Journal
from tests.faults.processes import Parvis


async def said(process: Parvis, event: str, *, times: int) -> None:
    for _ in range(400):
        if len(process.said(event)) >= times:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"{event} was not said {times} times: {process.log()[-2000:]}")


async def test_a_machine_whose_time_is_set_goes_on_from_where_it_stood_and_says_so(grounds: Grounds) -> None:
    """F8: two hours forward, back, three months: instants, leases and alerts are as if nothing had happened."""
    ahead = grounds.folder / "ahead"
    ahead.write_text("0")
    served = grounds.start(
        str(ahead),
        "serve",
        "--port",
        "0",
        module="tests.faults.jumping",
        PARVIS_DATABASE_URL=grounds.dsns.app,
        PARVIS_SMTP_LISTEN="127.0.0.1:0",
    )
    await served.ready("http.listening", "mail.listening")
    journal, place = Journal("jumps"), grounds.places[5]
    for number, jump in enumerate((7200, -7200, 90 * 86_400), start=1):
        ahead.write_text(str(jump))
        assert await journal.send(served.smtp, place.address)
        await said(served, "clock.skewed", times=number)
        async with httpx.AsyncClient() as client:
            told = (await client.get(served.http + "/metrics")).text
        (skew,) = [
            float(line.split()[1]) for line in told.splitlines() if line.startswith("parvis_clock_skew_seconds ")
        ]
        assert abs(skew + jump) < 60
        ahead.write_text("0")
        await said(served, "clock.agrees", times=number)
    assert await journal.send(served.smtp, place.address)
    await grounds.all_read()
    grounds.check(journal)
    limit = timedelta(minutes=5)
    for name, table in (("received_at", "receptions"), ("next_attempt_at", "receptions"), ("at", "audit_entries")):
        latest, earliest = grounds.rows(
            f"SELECT max({name}), min({name}) FROM {table} WHERE tenant_id = %s", place.tenant_id
        )[0]
        assert utc_now() - limit < earliest <= latest < utc_now() + limit, (name, table)
    assert grounds.rows("SELECT count(*) FROM alerts WHERE tenant_id = %s", place.tenant_id) == [(0,)]
    served.kill()
