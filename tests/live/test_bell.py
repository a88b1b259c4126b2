"""Every bell behaves alike: a hint reaches whoever listens, in whatever process, and nobody waits for it."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager

import pytest
import pytest_asyncio

from app.ids import new_id
from app.live.bell import LOOK, MOST_BYTES, Bell, InProcessBell, check_bell
from app.live.over_postgres import PostgresLine
from app.live.over_redis import RedisLine
from app.live.wired import WiredBell


@pytest_asyncio.fixture(params=["in process", "postgresql", "redis"], loop_scope="session")
async def bells(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Bell, Bell]]:
    """The bells of two processes of one house; with one process it is the same."""
    make: Callable[[], Bell]
    if request.param == "in process":
        one = InProcessBell()
        make = lambda: one  # noqa: E731
    elif request.param == "postgresql":
        url = request.getfixturevalue("database_url")
        make = lambda: WiredBell(PostgresLine(url))  # noqa: E731
    else:
        url = request.getfixturevalue("redis_url")
        make = lambda: WiredBell(RedisLine(url))  # noqa: E731
    here, there = make(), make()
    yield here, there
    await here.close()
    await there.close()


@pytest.fixture
def topic() -> str:
    return f"events:{new_id()}"


@asynccontextmanager
async def listening(bell: Bell, topic: str) -> AsyncIterator[AsyncGenerator[str, None]]:
    """A listener whose line is open."""
    async with aclosing(bell.listen(topic)) as heard, asyncio.timeout(10):
        assert await anext(heard) == LOOK
        yield heard


async def test_a_ring_reaches_listeners_here_and_there(bells: tuple[Bell, Bell], topic: str):
    here, there = bells
    async with listening(here, topic) as one, listening(here, topic) as two, listening(there, topic) as three:
        await here.ring(topic, "tkt_1")
        assert [await anext(heard) for heard in (one, two, three)] == ["tkt_1"] * 3
        await there.ring(topic, "tkt_2")
        assert [await anext(heard) for heard in (one, two, three)] == ["tkt_2"] * 3


async def test_a_ring_reaches_nobody_elses_topic(bells: tuple[Bell, Bell], topic: str):
    here, there = bells
    async with listening(there, f"{topic}:mine") as mine, listening(there, f"{topic}:theirs") as theirs:
        await here.ring(f"{topic}:mine", "1")
        await here.ring(f"{topic}:theirs", "2")
        assert (await anext(mine), await anext(theirs)) == ("1", "2")


@pytest.mark.parametrize("payload", ["", "é🔔", "two\nlines", "'; SELECT 1 --", "x" * 5_000])
async def test_a_payload_arrives_as_it_was_rung(bells: tuple[Bell, Bell], topic: str, payload: str):
    here, there = bells
    async with listening(there, topic) as heard:
        await here.ring(topic, payload)
        assert await anext(heard) == payload


@pytest.mark.parametrize(
    ("topic", "payload"),
    [("t", "x" * MOST_BYTES), ("t", "é" * (MOST_BYTES // 2)), ("t\n", ""), ("", ""), ("t", "\0"), ("\0", "")],
)
async def test_what_some_line_could_not_carry_every_line_refuses(bells: tuple[Bell, Bell], topic: str, payload: str):
    with pytest.raises(ValueError, match=r"ring|topic"):
        await bells[0].ring(topic, payload)


async def test_the_last_of_many_rings_is_never_the_one_that_is_lost(bells: tuple[Bell, Bell], topic: str):
    here, there = bells
    async with listening(there, topic) as heard:
        for number in range(2_000):  # far more than a listener's backlog
            await here.ring(topic, str(number))
        await asyncio.sleep(0.2)
        await here.ring(topic, "last")
        while await anext(heard) != "last":
            pass


async def test_the_same_ring_rung_again_is_heard_again(bells: tuple[Bell, Bell], topic: str):
    here, there = bells
    async with listening(there, topic) as heard:
        for _ in range(5):
            await here.ring(topic, "tkt_1")
            assert await anext(heard) == "tkt_1"


async def test_a_slow_listener_holds_nobody_up_and_is_told_to_look(bells: tuple[Bell, Bell], topic: str):
    here, there = bells
    async with listening(there, topic) as slow, listening(there, topic) as quick:
        for number in range(300):
            await here.ring(topic, str(number))
            assert await anext(quick) == str(number)
        assert await anext(slow) == LOOK
        await here.ring(topic, "last")
        while await anext(slow) != "last":
            pass


async def test_listeners_that_leave_are_forgotten(bells: tuple[Bell, Bell], topic: str):
    for _ in range(50):
        async with listening(bells[0], topic):
            pass
    assert bells[0]._listeners._queues == {}


async def test_a_listener_may_be_cancelled_at_any_moment(bells: tuple[Bell, Bell], topic: str):
    async def listen() -> None:
        async for _ in bells[0].listen(topic):
            pass

    for pause in (0, 0.001, 0.01, 0.05):
        task = asyncio.create_task(listen())
        await asyncio.sleep(pause)
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()
    assert bells[0]._listeners._queues == {}


async def test_ringing_when_nobody_listens_is_no_error(bells: tuple[Bell, Bell], topic: str):
    await bells[0].ring(topic, "")


async def test_a_ring_just_before_closing_is_still_sent(bells: tuple[Bell, Bell], topic: str):
    here, there = bells
    async with listening(there, topic) as heard:
        await here.ring(topic, "the last word")
        await here.close()
        assert await anext(heard) == "the last word"


async def test_the_check_hears_its_own_ring(bells: tuple[Bell, Bell]):
    check = await check_bell(bells[0])
    assert check.ok, check.detail
