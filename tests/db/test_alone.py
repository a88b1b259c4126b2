"""A statement alone is a transaction of its own: committed when it returns, refused plainly when the server is away."""

import asyncio

import psycopg
import pytest
from sqlalchemy import text

from app.db.alone import Alone
from app.db.transaction import Database
from app.errors import Unavailable


async def test_it_is_committed_when_it_returns(database_url: str) -> None:
    """A notification leaves at the commit, and only then."""
    database = Database(database_url)
    async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as listener:
        await listener.execute("LISTEN somebody")
        await database.alone(text("SELECT pg_notify('somebody', :word)"), {"word": "committed"})
        heard = [notice.payload async for notice in listener.notifies(timeout=5, stop_after=1)]
    assert heard == ["committed"]
    await database.close()


async def test_a_server_that_cut_every_line_is_dialled_again_after_one_refusal(database_url: str) -> None:
    alone = Alone(database_url, size=3)
    slow = text("SELECT pg_sleep(:s)")
    await asyncio.gather(*(alone.run(slow, {"s": 0.05}) for _ in range(3)))
    with pytest.raises(Alone.errors):
        await alone.run(text("SELECT pg_terminate_backend(pg_backend_pid())"), {})
    await alone.run(slow, {"s": 0})
    await alone.close()


async def test_a_faulty_statement_costs_no_connection(database_url: str) -> None:
    alone = Alone(database_url, size=1)
    with pytest.raises(psycopg.errors.DivisionByZero):
        await alone.run(text("SELECT 1 / :none"), {"none": 0})
    await alone.run(text("SELECT 1"), {})
    await alone.close()


async def test_one_that_is_cut_in_the_middle_leaves_no_half_said_connection(database_url: str) -> None:
    alone = Alone(database_url, size=1)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await alone.run(text("SELECT pg_sleep(5)"), {})
    await alone.run(text("SELECT 1"), {})
    await alone.close()


async def test_an_absent_server_is_unavailable() -> None:
    database = Database("postgresql://nobody@127.0.0.1:1/nothing")
    with pytest.raises(Unavailable):
        await database.alone(text("SELECT 1"), {})
    await database.close()
