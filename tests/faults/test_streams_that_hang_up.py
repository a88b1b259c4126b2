"""F20: consumers of the event stream that hang up a thousand times under a hundred writers: each fact once, in order, and
of who is gone nothing stays in the process that served them.

Too long for every run of the suite: `make long` has some of them, `make faults` all.
"""

import asyncio
import random
import re
from collections.abc import Mapping, Sequence

import httpx
import psutil

from app.clock import utc_now
from app.db.transaction import Database
from app.ids import Prefix, new_id, public_id
from app.tickets.facts import TicketCreated
from tests.faults.conftest import Grounds, Place
from tests.faults.followers import PATIENCE_S, Follower
from tests.faults.lengths import WHOLE, at_length, written
from tests.faults.processes import Parvis

# The third administration has one consumer: its hall opens and closes with each of its connections.
CROWDS = at_length(short=(5, 2, 1), whole=(20, 9, 1))
HANG_UPS = at_length(short=5, whole=40)
WRITERS = at_length(short=20, whole=100)
# As many commits at once as the embedded server has connections for, beside those of who serves.
COMMITS_AT_ONCE = at_length(short=15, whole=60)
POOL = 5


class Writers:
    """A hundred who write facts one after the other, each commit as late as chance has it."""

    def __init__(self, grounds: Grounds, database: Database, places: Sequence[Place]) -> None:
        self._grounds, self._database, self._places = grounds, database, places
        self._chance = random.Random(20)
        self._stop = asyncio.Event()
        self.written: list[list[list[str]]] = [[] for _ in places]

    async def write(self, which: int) -> None:
        """Writes for one administration until told to stop."""
        tenant_id, mine = self._places[which].tenant_id, list[str]()
        self.written[which].append(mine)
        while not self._stop.is_set():
            subject = new_id()
            async with self._database.transaction(tenant=tenant_id) as session:
                fact = TicketCreated(tenant_id=tenant_id, subject_id=subject, at=utc_now(), channel_type="email")
                await self._grounds.house.events.write(session, [fact])
                await asyncio.sleep(self._chance.uniform(0, 0.2))  # commits come in another order than the rows
            mine.append(public_id(Prefix.TICKET, subject))
            await asyncio.sleep(self._chance.uniform(0.5, 2.5))

    def stop(self) -> None:
        self._stop.set()

    def count(self, which: int) -> int:
        return sum(len(mine) for mine in self.written[which])


async def test_of_a_thousand_who_hang_up_each_hears_every_fact_once_and_nothing_of_them_stays(grounds: Grounds) -> None:
    served = await grounds.serving(PARVIS_DATABASE_URL=grounds.dsns.app, PARVIS_WORKER_INSIDE="false")
    places = grounds.places[5:8]
    crowds = [await _crowd(grounds, served, place, size) for place, size in zip(places, CROWDS, strict=True)]
    everybody = [one for crowd in crowds for one in crowd]
    await asyncio.gather(*(one.begin() for one in everybody))
    database = Database(grounds.dsns.app, pool_size=COMMITS_AT_ONCE)
    writers = Writers(grounds, database, places)
    writing = [asyncio.create_task(writers.write(number % len(places))) for number in range(WRITERS)]
    try:
        await _hang_up(everybody, 3)  # the process has met a crowd before it is looked at
        before = await _left(served)
        await _hang_up(everybody, HANG_UPS // 2)
        half_way = await _left(served)
        await _hang_up(everybody, HANG_UPS - HANG_UPS // 2)
    finally:
        writers.stop()
        await asyncio.gather(*writing)
        await database.close()
    for which, crowd in enumerate(crowds):
        await asyncio.gather(*(one.until_heard(writers.count(which)) for one in crowd))
    after = await _left(served)
    hung_up = sum(one.hung_up for one in everybody)
    told = {"hung_up": hung_up, "written": sum(writers.count(which) for which in range(len(places)))}
    written("streams-that-hang-up", {**told, "before": before, "half_way": half_way, "after": after})
    for which, crowd in enumerate(crowds):
        for one in crowd:
            _heard_once_and_in_order(one, writers.written[which])
    assert hung_up >= (1000 if WHOLE else 40)
    assert after["descriptors"] <= before["descriptors"] + POOL
    assert after["lines"] == 0
    assert after["resident_mb"] - half_way["resident_mb"] < 20, (before, half_way, after)
    assert grounds.rows("SELECT count(*) FROM pg_stat_activity WHERE starts_with(state, 'idle in transaction')") == [
        (0,)
    ]
    assert await served.end() == 0
    assert "Traceback" not in served.log()


async def _crowd(grounds: Grounds, served: Parvis, place: Place, size: int) -> Sequence[Follower]:
    key, _ = await grounds.house.access.create(place.tenant_id, name="followers", scopes=["events:read"])
    port = int(served.http.rpartition(":")[2])
    return [Follower(f"{place.address} {number}", port, key, seed=20) for number in range(size)]


async def _hang_up(everybody: Sequence[Follower], times: int) -> None:
    await asyncio.gather(*(one.hang_up(times) for one in everybody))


async def _left(served: Parvis) -> Mapping[str, float]:
    """What the process holds once it has noticed that everybody is gone."""
    process = psutil.Process(served.process.pid)
    async with asyncio.timeout(PATIENCE_S):
        while (streams := await _open_streams(served)) or (lines := _lines(process, served)):  # noqa: ASYNC110 — of another process
            await asyncio.sleep(0.1)
    return {
        "streams": streams,
        "lines": lines,
        "descriptors": process.num_fds(),
        "resident_mb": round(process.memory_info().rss / 2**20, 1),
    }


async def _open_streams(served: Parvis) -> float:
    async with httpx.AsyncClient(timeout=PATIENCE_S) as client:
        told = (await client.get(f"{served.http}/metrics")).raise_for_status().text
    (count,) = re.findall(r"^parvis_open_streams (\S+)$", told, re.MULTILINE)
    return float(count)


def _lines(process: psutil.Process, served: Parvis) -> int:
    """Connections that the process holds at its HTTP door; the one that asked this is gone."""
    port = int(served.http.rpartition(":")[2])
    held = [one for one in process.net_connections("tcp") if one.laddr.port == port]
    return sum(one.status != psutil.CONN_LISTEN for one in held)


def _heard_once_and_in_order(one: Follower, written_by: Sequence[Sequence[str]]) -> None:
    assert len(one.heard) == len(set(one.heard)), one.name
    assert set(one.heard) == {name for mine in written_by for name in mine}, one.name
    place = {name: at for at, name in enumerate(one.heard)}
    for mine in written_by:  # a writer's own facts follow each other, as those of one request do
        assert [place[name] for name in mine] == sorted(place[name] for name in mine), one.name
