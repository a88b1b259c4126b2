"""A request cut off at any of its awaits leaves nothing of its administration to the next that takes its connection (T47).

The fault is put in exactly: the request is driven by hand and cancelled at its n-th await, for every n, while another
administration's request shares the two connections of the pool. `PARVIS_CANCELLATIONS` says how often.
"""

import asyncio
import os
import random
import types
from collections.abc import AsyncIterator, Awaitable, Generator
from typing import Any

import httpx
import pytest_asyncio

from app.bootstrap import House
from app.db.transaction import Database
from app.identity.scopes import Scope
from app.ids import new_id
from app.main import create_app
from tests.api.conftest import BASE_URL, Town
from tests.harness.houses import MovableClock, a_town, house

LONG = os.environ.get("PARVIS_SIMULATE") == "long"
TIMES = int(os.environ.get("PARVIS_CANCELLATIONS", "10000" if LONG else "60"))
SEED = int(os.environ.get("PARVIS_FUZZ_SEED", "1"))


@types.coroutine
def cut_at(work: Awaitable[Any], n: int) -> Generator[Any, Any, Any]:
    """Drives a coroutine and cancels it at its n-th await; its own cleaning up then goes on as it would."""
    driven, sent, count = work.__await__(), None, 0
    while True:
        try:
            waited = driven.throw(asyncio.CancelledError()) if count == n else driven.send(sent)
        except StopIteration as end:
            return end.value
        count += 1
        sent = yield waited


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def narrow(database_url: str, tmp_path_factory: Any) -> AsyncIterator[House]:
    """A house whose pool holds two connections, so that each is taken over again and again."""
    folder = tmp_path_factory.mktemp("narrow")
    async with house(database_url, folder, clock=MovableClock(), worker_inside=False) as opened:
        small = Database(database_url, pool_size=2)
        small.engine.sync_engine.pool._max_overflow = 0
        wide, opened.database.engine = opened.database.engine, small.engine
        yield opened
        opened.database.engine = wide
        await small.close()


async def a_client(opened: House, name: str) -> Town:
    http = httpx.AsyncClient(transport=httpx.ASGITransport(app=create_app(opened)), base_url=BASE_URL)
    town = Town(opened, await a_town(opened, slug=f"ville-{new_id().hex}"), http, MovableClock())
    http.headers.update(await town.key(*Scope))
    head = {"Idempotency-Key": new_id().hex}
    assert (await http.post("/api/v1/teams", json={"name": name}, headers=head)).status_code == 201
    return town


async def test_a_request_cut_at_any_await_leaves_nothing_to_another_administration(narrow: House) -> None:
    here, there = await a_client(narrow, "Voirie d'ici"), await a_client(narrow, "Voirie de là-bas")
    chance, cut = random.Random(SEED), 0
    for turn in range(TIMES):
        name, head = f"Équipe {turn}", {"Idempotency-Key": new_id().hex}
        asked = chance.choice(
            [
                lambda: here.http.get("/api/v1/teams"),
                lambda name=name, head=head: here.http.post("/api/v1/teams", json={"name": name}, headers=head),
            ]
        )
        cancelled = asyncio.ensure_future(_driven(asked(), chance.randint(1, 12)))
        answers = await asyncio.gather(*(there.http.get("/api/v1/teams") for _ in range(2)))
        cut += await cancelled
        for answer in answers:
            assert [team["name"] for team in answer.json()["data"]] == ["Voirie de là-bas"]
    assert cut > TIMES // 3
    mine = (await here.http.get("/api/v1/teams", params={"limit": 200})).json()["data"]
    assert {team["name"].split(" ")[0] for team in mine} <= {"Voirie", "Équipe"}
    # No connection was lost: all of the pool answers at once, each for its own administration.
    after = await asyncio.gather(*(one.http.get("/api/v1/teams") for one in (here, there) for _ in range(2)))
    assert [one.status_code for one in after] == [200] * 4
    assert narrow.database.engine.sync_engine.pool.checkedout() == 0
    for town in (here, there):
        await town.http.aclose()


async def _driven(work: Awaitable[Any], n: int) -> bool:
    """Says whether the work was cut; an error it makes of that is its own affair."""
    try:
        await cut_at(work, n)
    except asyncio.CancelledError:
        return True
    return False
