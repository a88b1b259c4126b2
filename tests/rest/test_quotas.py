"""Buckets of a minute: what they grant, what they say, and whom they do not touch. Both counters pass the same tests."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
import pytest_asyncio
from fastapi import Depends, FastAPI

from app.ids import new_id
from app.rest import buckets
from app.rest.access import count_stranger, require
from app.rest.buckets import InProcess
from app.rest.quotas import Bucket, Counter, Quota, Quotas, place_of
from app.rest.shared_buckets import OverRedis, Standing


@dataclass
class Watchmaker:
    """Seconds that the test moves."""

    at: float = 1_700_000_000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def seconds() -> Watchmaker:
    return Watchmaker()


@pytest_asyncio.fixture(params=["in process", "redis"], loop_scope="session")
async def counter(request: pytest.FixtureRequest, seconds: Watchmaker) -> AsyncIterator[Counter]:
    made: Counter = InProcess(seconds)
    if request.param == "redis":
        made = OverRedis(request.getfixturevalue("redis_url"), seconds)
    yield made
    await made.close()


def bucket(size: int = 3, quota: Quota = Quota.CALLER) -> Bucket:
    return Bucket(quota, new_id().hex, size)


async def granted(counter: Counter, *wanted: Bucket) -> bool:
    return all(found.wait_s == 0 for found in await counter.take(wanted))


async def test_a_bucket_gives_what_it_holds_then_says_how_long_to_wait(counter, seconds) -> None:
    mine = bucket(size=3)
    told = [(await counter.take([mine]))[0] for _ in range(4)]
    assert [one.left for one in told] == [2, 1, 0, 0]
    assert [round(one.wait_s) for one in told] == [0, 0, 0, 20]
    assert round(told[-1].full_in_s) == 60
    seconds.at += 20
    assert await granted(counter, mine)
    assert not await granted(counter, mine)


async def test_a_bucket_left_alone_is_full_again_and_never_fuller(counter, seconds) -> None:
    mine = bucket(size=2)
    assert [await granted(counter, mine) for _ in range(3)] == [True, True, False]
    seconds.at += 3600
    assert [await granted(counter, mine) for _ in range(3)] == [True, True, False]


async def test_what_one_bucket_refuses_takes_nothing_from_the_other(counter) -> None:
    small, large = bucket(size=1), bucket(size=2, quota=Quota.TENANT)
    assert await granted(counter, small, large)
    for _ in range(5):
        assert not await granted(counter, small, large)
    assert await granted(counter, large)
    assert not await granted(counter, large)


async def test_a_noisy_administration_takes_no_turn_of_another(counter) -> None:
    """Turns are counted, not seconds: between two of the quiet one's, the noisy one asks fifty times."""
    noisy, quiet = bucket(size=20, quota=Quota.TENANT), bucket(size=20, quota=Quota.TENANT)
    of_noisy = of_quiet = 0
    for _ in range(20):
        of_noisy += sum([await granted(counter, noisy) for _ in range(50)])
        of_quiet += await granted(counter, quiet)
    assert (of_noisy, of_quiet) == (20, 20)


async def test_processes_share_what_redis_counts(redis_url, seconds) -> None:
    here, there = OverRedis(redis_url, seconds), OverRedis(redis_url, seconds)
    mine = bucket(size=4)
    assert [await granted(one, mine) for one in (here, there, here, there, here, there)] == [True] * 4 + [False] * 2
    await here.close()
    await there.close()


async def test_redis_reads_its_own_clock_when_none_is_given(redis_url) -> None:
    counter, mine = OverRedis(redis_url), bucket(size=2)
    assert [await granted(counter, mine) for _ in range(3)] == [True, True, False]
    await counter.close()


async def test_without_redis_each_process_counts_alone_and_nothing_fails(seconds, tmp_path) -> None:
    away = OverRedis(f"unix://{tmp_path}/nobody.sock", seconds)
    counter, mine = Standing(away, InProcess(seconds), seconds), bucket(size=2)
    assert [await granted(counter, mine) for _ in range(3)] == [True, True, False]
    seconds.at += 6
    assert not await granted(counter, mine)
    await counter.close()


async def test_once_back_redis_counts_again(redis_url, seconds) -> None:
    shared = OverRedis(redis_url, seconds)
    counter, mine = Standing(shared, InProcess(seconds), seconds), bucket(size=1)
    counter._away_until = seconds.at + 5
    assert [await granted(counter, mine) for _ in range(2)] == [True, False]
    seconds.at += 6
    assert await granted(counter, mine)
    await counter.close()


async def test_a_process_remembers_only_buckets_that_are_not_full(seconds, monkeypatch) -> None:
    monkeypatch.setattr(buckets, "_MOST", 100)
    counter = InProcess(seconds)
    for _ in range(1000):
        await counter.take([bucket()])
        seconds.at += 1
    assert len(counter._until) <= 101


@dataclass
class From:
    """Somebody's connection, by its address."""

    host: str | None
    scope: dict[str, object] = field(default_factory=dict)

    @property
    def client(self):
        return None if self.host is None else self


@pytest.mark.parametrize(
    ("host", "place"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::"),
        ("testclient", "testclient"),
        (None, ""),
    ],
)
def test_an_address_is_that_of_a_subscriber(host, place) -> None:
    assert place_of(From(host)) == place


@pytest.fixture
def counted(app: FastAPI, house, seconds) -> FastAPI:
    house.quotas = Quotas(InProcess(seconds), caller=2, tenant=3, address=2, channel=1)

    @app.get("/me", dependencies=[require("tickets:read")])
    async def me() -> str:
        return "me"

    @app.get("/open", dependencies=[Depends(count_stranger)])
    async def opened() -> str:
        return "open"

    return app


async def test_over_the_limit_the_answer_says_which_and_until_when(counted, client, house, tenant, seconds) -> None:
    head = house.admit("clerk", tenant, "tickets:read")
    async with client(counted) as http:
        assert [(await http.get("/me", headers=head)).status_code for _ in range(2)] == [200, 200]
        refused = await http.get("/me", headers=head)
        assert (refused.status_code, refused.json()["code"]) == (429, "quota-exceeded")
        assert refused.json()["type"].endswith("/erreurs/quota-exceeded")
        assert refused.headers["retry-after"] == "30"
        assert refused.headers["ratelimit-policy"] == '"caller";q=2;w=60, "tenant";q=3;w=60'
        assert refused.headers["ratelimit"] == '"caller";r=0;t=30, "tenant";r=1;t=40'
        seconds.at += 30
        assert (await http.get("/me", headers=head)).status_code == 200


async def test_a_colleague_of_the_noisy_is_bounded_by_their_administration_a_stranger_to_it_is_not(
    counted, client, house, tenant
) -> None:
    async with client(counted) as http:
        for name, status in (("a", 200), ("a", 200), ("a", 429), ("b", 200), ("b", 429)):
            head = house.admit(name, tenant, "tickets:read")
            assert (await http.get("/me", headers=head)).status_code == status
        elsewhere = house.admit("c", new_id(), "tickets:read")
        assert (await http.get("/me", headers=elsewhere)).status_code == 200


async def test_whoever_tries_keys_is_slowed_and_a_good_key_from_the_same_address_is_not(
    counted, client, house, tenant
) -> None:
    async with client(counted) as http:
        tried = [await http.get("/me", headers={"Authorization": "Bearer no"}) for _ in range(3)]
        assert [one.status_code for one in tried] == [401, 401, 429]
        head = house.admit("clerk", tenant, "tickets:read")
        assert (await http.get("/me", headers=head)).status_code == 200


async def test_an_open_door_is_counted_by_address(counted, client) -> None:
    async with client(counted) as http:
        assert [(await http.get("/open")).status_code for _ in range(3)] == [200, 200, 429]
