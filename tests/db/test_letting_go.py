"""F4: who was asked to end waits for no database that says nothing, and cuts nobody off one that answers."""

import asyncio

import pytest
from sqlalchemy import text

from app.db import letting_go
from app.db.embedded import EmbeddedPostgres
from app.db.letting_go import let_go_of_silence
from app.db.transaction import Database
from app.errors import Unavailable
from tests.db.test_embedded import frozen


async def _asked(database: Database, words: str) -> None:
    async with database.transaction() as session:
        await session.execute(text(words))


async def test_who_was_asked_to_end_waits_for_no_answer_of_a_frozen_database(
    an_embedded_server: EmbeddedPostgres,
) -> None:
    database, stop = Database(an_embedded_server.start().app), asyncio.Event()
    await _asked(database, "SELECT 1")  # a line that stands
    letting_go_of_it = asyncio.create_task(let_go_of_silence(database.url, stop))
    frozen(an_embedded_server)
    waiting = asyncio.create_task(_asked(database, "SELECT 1"))
    await asyncio.wait({waiting}, timeout=3)
    assert not waiting.done()  # nobody asked this process to end: the database has its time
    stop.set()
    with pytest.raises(Unavailable):
        await asyncio.wait_for(waiting, 120)  # it would have waited for five minutes
    letting_go_of_it.cancel()
    await database.close()


async def test_what_is_under_way_on_a_database_that_answers_goes_on(
    an_embedded_server: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letting_go, "_ASKS_EACH_S", 0.01)
    looked, look, stop, asked = 0, letting_go._is_silent, asyncio.Event(), asyncio.Event()

    async def is_silent(url: str) -> bool:
        nonlocal looked
        looked += 1
        if looked > 2 * letting_go._QUESTIONS:
            asked.set()
        return await look(url)

    monkeypatch.setattr(letting_go, "_is_silent", is_silent)
    database = Database(an_embedded_server.start().app)
    letting_go_of_it = asyncio.create_task(let_go_of_silence(database.url, stop))
    stop.set()
    async with database.transaction() as session:
        await session.execute(text("SELECT 1"))
        await asyncio.wait_for(asked.wait(), 60)
        assert (await session.execute(text("SELECT 2"))).scalar_one() == 2
    an_embedded_server.stop()
    assert not await look(database.url)  # one that is gone refuses at once: nobody waits for it
    letting_go_of_it.cancel()
    await database.close()
