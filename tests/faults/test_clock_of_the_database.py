"""F8: the clock of the database's own machine is set: its defaults, its functions, its own waits are of that time.

Needs libfaketime of the system: `make faults`.
"""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
import pytest_asyncio

from app.clock import utc_now
from tests.faults.conftest import Grounds, standing
from tests.faults.faked_time import FakedTime
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

SIGN_OF_LIFE = ("procrastinate_workers", "last_heartbeat")
# What the queue's own library dates by the server.
OF_THE_QUEUE = {SIGN_OF_LIFE, ("procrastinate_events", "at")}
_COLUMNS = """
    SELECT c.table_name, c.column_name FROM information_schema.columns c JOIN pg_class t ON t.relname = c.table_name
    WHERE c.table_schema = 'public' AND c.data_type = 'timestamp with time zone'
    AND t.relnamespace = 'public'::regnamespace AND t.relkind IN ('r', 'p') AND NOT t.relispartition
"""


@pytest.fixture(scope="module")
def time_of_the_server(tmp_path_factory: pytest.TempPathFactory) -> FakedTime:
    return FakedTime(tmp_path_factory.mktemp("time"))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def grounds(tmp_path_factory: pytest.TempPathFactory, time_of_the_server: FakedTime) -> AsyncIterator[Grounds]:
    async with standing(tmp_path_factory.mktemp("faults"), starting=time_of_the_server.starting) as made:
        yield made
        time_of_the_server.jump(0)


async def test_a_database_whose_own_clock_is_set_is_not_followed_and_dates_nothing_of_the_house(
    grounds: Grounds, time_of_the_server: FakedTime
) -> None:
    served = jumping(grounds)  # its own machine's time is never set here
    await served.ready("http.listening", "mail.listening")
    journal, place = Journal("own-clock"), grounds.places[5]
    began, dated = utc_now(), set()

    async def arrives() -> None:
        assert await journal.send(served.smtp, place.address)

    for number, jump in enumerate(JUMPS, start=1):
        time_of_the_server.jump(jump)
        told = grounds.rows("SELECT now()")[0][0]
        assert abs((told - utc_now()).total_seconds() - jump) < 60
        await arrives()
        await said(served, "clock.skewed", times=number)
        assert abs(await skew_of(served) - jump) < 60
        await a_worker_lives_at(grounds, jump)
        await arrives()
        dated |= dated_elsewhere(grounds, began, jump)
        time_of_the_server.jump(0)
        await said(served, "clock.agrees", times=number)
    await runs_wrong(time_of_the_server.jump, served, arrives)
    await arrives()
    await as_if_nothing_had_happened(grounds, place.tenant_id, journal, began=began)
    assert served.alive
    assert "Traceback" not in served.log()
    assert SIGN_OF_LIFE in dated
    assert dated <= OF_THE_QUEUE


def dated_elsewhere(grounds: Grounds, began: datetime, seconds: int) -> set[tuple[str, str]]:
    """Returns the columns that hold an instant of the time the server was set to, where it is far enough to be told."""
    elapsed, jump = utc_now() - began, timedelta(seconds=seconds)
    if abs(jump) < 2 * elapsed + timedelta(minutes=10):  # leases and next attempts are minutes ahead
        return set()
    found = set()
    for table, column in grounds.rows(_COLUMNS):
        some = f'SELECT 1 FROM "{table}" WHERE "{column}" BETWEEN %s AND %s LIMIT 1'
        if grounds.rows(some, began + jump, began + elapsed + jump):
            found.add((table, column))
    return found
