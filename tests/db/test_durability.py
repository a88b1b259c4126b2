"""F33: a server that acknowledges before its disk does, or whose disk is slow, is told by `parvis check`."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from app.db.durability import MOST_S, check_durability
from app.db.embedded import Dsns, EmbeddedPostgres
from app.db.transaction import Database
from tests.backups.conftest import reader


@pytest.fixture
def lasting(an_embedded_server: EmbeddedPostgres) -> Iterator[Dsns]:
    """A server as an installation has it."""
    yield an_embedded_server.start()
    an_embedded_server.stop()


def told(dsns: Dsns, setting: str, value: str) -> None:
    name = dsns.app.partition("?")[0].rpartition("/")[2]
    with psycopg.connect(reader(dsns), autocommit=True) as connection:
        words = sql.SQL("ALTER DATABASE {} SET {} = {}")
        connection.execute(words.format(sql.Identifier(name), sql.Identifier(setting), sql.SQL(value)))


async def test_what_gives_durability_up_and_a_slow_disk_are_told(lasting: Dsns) -> None:
    database = Database(lasting.app, pool_size=1)
    sound = await check_durability(database)
    assert (sound.ok, "confirmed by the disk" in sound.detail) == (True, True)
    times = iter([0.0, MOST_S + 1])
    slow = await check_durability(database, seconds=lambda: next(times))
    assert (slow.ok, "3.0 s" in slow.detail) == (False, True)
    await database.close()
    told(lasting, "synchronous_commit", "off")
    hasty = Database(lasting.app, pool_size=1)
    lossy = await check_durability(hasty)
    assert (lossy.ok, "synchronous_commit = off" in lossy.detail) == (False, True)
    await hasty.close()


async def test_a_server_of_tests_says_that_it_is_one(database: Database) -> None:
    assert "throw-away" in (await check_durability(database)).detail
