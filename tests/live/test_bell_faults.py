"""A line that is cut comes back by itself; who listens is told to look, and who rings never waits. (F5)"""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import aclosing

import psycopg
import pytest
import pytest_asyncio

import app.live.over_redis
from app.live.bell import LOOK, check_bell
from app.live.over_postgres import PostgresLine
from app.live.over_redis import RedisLine
from app.live.wired import WiredBell
from tests.harness.valkey import Valkey


@pytest_asyncio.fixture(loop_scope="session")
async def over_redis(a_valkey_to_kill: Valkey) -> AsyncIterator[WiredBell]:
    bell = WiredBell(RedisLine(a_valkey_to_kill.url))
    yield bell
    await bell.close()


@pytest_asyncio.fixture(loop_scope="session")
async def over_postgres(database_url: str) -> AsyncIterator[WiredBell]:
    bell = WiredBell(PostgresLine(database_url))
    yield bell
    await bell.close()


async def test_a_killed_redis_that_comes_back_empty_is_found_again(over_redis: WiredBell, a_valkey_to_kill: Valkey):
    async with aclosing(over_redis.listen("topic")) as heard, asyncio.timeout(20):
        assert await anext(heard) == LOOK
        for number in range(3):
            a_valkey_to_kill.kill()
            await over_redis.ring("topic", f"while it was away {number}")
            await asyncio.sleep(0.1)
            a_valkey_to_kill.start()
            assert await anext(heard) == LOOK
            await over_redis.ring("topic", f"again {number}")
            while await anext(heard) != f"again {number}":
                pass


async def test_who_rings_never_waits_for_a_line_that_is_cut(over_redis: WiredBell, a_valkey_to_kill: Valkey):
    a_valkey_to_kill.kill()
    async with asyncio.timeout(10):  # a thousand waits for a line that is cut would take far longer
        for number in range(1_000):
            await over_redis.ring("topic", str(number))


async def test_hints_that_cannot_be_sent_do_not_fill_the_memory(over_redis: WiredBell, a_valkey_to_kill: Valkey):
    a_valkey_to_kill.kill()
    for number in range(12_000):
        await over_redis.ring("topic", str(number))
    assert len(over_redis._waiting) <= 10_000


async def test_closing_a_cut_line_does_not_hang(a_valkey_to_kill: Valkey):
    bell = WiredBell(RedisLine(a_valkey_to_kill.url))
    a_valkey_to_kill.kill()
    await bell.ring("topic", "")
    async with asyncio.timeout(3):
        await bell.close()


async def test_sessions_that_postgresql_ends_are_opened_again(over_postgres: WiredBell, database_url: str):
    async with aclosing(over_postgres.listen("topic")) as heard, asyncio.timeout(20):
        assert await anext(heard) == LOOK
        for number in range(3):
            await over_postgres.ring("topic", f"before {number}")
            assert await anext(heard) == f"before {number}"
            async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as same_role:
                await same_role.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'parvis bell' "
                    "AND datname = current_database()"
                )
            assert await anext(heard) == LOOK
            await over_postgres.ring("topic", f"after {number}")
            while await anext(heard) != f"after {number}":
                pass


async def test_a_redis_that_stops_answering_without_closing_is_noticed(
    over_redis: WiredBell, a_valkey_to_kill: Valkey, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(app.live.over_redis, "_SILENCE_S", 0.1)
    monkeypatch.setattr(app.live.over_redis, "_PATIENCE_S", 0.1)
    assert a_valkey_to_kill.process is not None
    async with aclosing(over_redis.listen("topic")) as heard, asyncio.timeout(20):
        assert await anext(heard) == LOOK
        await asyncio.sleep(0.5)  # silence alone is no reason to redial
        assert over_redis._open
        a_valkey_to_kill.process.send_signal(signal.SIGSTOP)
        while over_redis._open:  # noqa: ASYNC110 — nothing is told to listeners while the line is cut
            await asyncio.sleep(0.01)
        a_valkey_to_kill.process.send_signal(signal.SIGCONT)
        assert await anext(heard) == LOOK


@pytest.mark.parametrize(
    "line", [PostgresLine("postgresql://nobody@/none?host=/nonexistent"), RedisLine("unix:///nonexistent")]
)
async def test_a_bell_that_nobody_hears_is_found_out(line: PostgresLine | RedisLine):
    bell = WiredBell(line)
    check = await check_bell(bell, patience_s=0.3)
    await bell.close()
    assert not check.ok
    assert "PARVIS_REDIS_URL" in check.detail
