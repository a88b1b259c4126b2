"""F8: the database itself changes behind its address: read-only, or gone back in time. What processes then do."""

from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest
import pytest_asyncio
from psycopg import sql
from sqlalchemy import TextClause, text

from app.api.health import look
from app.api.readiness import SchemaStands
from app.bootstrap import House, gone_back
from app.db import history as histories
from app.db.embedded import Dsns
from app.db.history import History
from app.db.transaction import Database
from app.errors import Unavailable
from app.exchanges import gates
from app.ids import new_id
from tests.backups.conftest import reader
from tests.harness.houses import MovableClock, a_town, house
from tests.harness.towns import a_mailbox

_KEEP = "CREATE TABLE IF NOT EXISTS kept (word text); GRANT INSERT ON kept TO parvis_app"


@pytest_asyncio.fixture
async def opened(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with house(database_url, tmp_path, clock=MovableClock()) as one:
        yield one


def as_administrator(dsns: Dsns, statement: str | sql.Composed, *values: object) -> None:
    with psycopg.connect(reader(dsns), autocommit=True) as connection:
        connection.execute("SET default_transaction_read_only = off")
        connection.execute(statement, values or None)


def told_read_only(dsns: Dsns, word: str) -> None:
    """As a failover does: what stands goes on in a server that takes no writes any more."""
    with psycopg.connect(dsns.app) as connection:
        name = connection.info.dbname
    words = sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = {}")
    as_administrator(dsns, words.format(sql.Identifier(name), sql.SQL(word)))


async def in_a_demoted_line(database: Database, statement: TextClause) -> None:
    async with database.transaction() as session:
        await session.execute(text("SET TRANSACTION READ ONLY"))
        await session.execute(statement)


async def test_a_database_that_takes_no_writes_is_refused_as_away_and_dialled_anew(dsns: Dsns) -> None:
    database = Database(dsns.app, pool_size=2)
    database.recognise = History().recognise
    as_administrator(dsns, _KEEP)
    write = text("INSERT INTO kept VALUES ('x')")
    async with database.transaction() as session:
        await session.execute(write)
    with pytest.raises(Unavailable):
        await in_a_demoted_line(database, write)
    told_read_only(dsns, "on")
    try:
        stale = Database(dsns.app, pool_size=1)
        stale.recognise = History().recognise
        assert await look([SchemaStands(stale)]) == {"database": False}
        with pytest.raises(Unavailable):
            await stale.alone(text("INSERT INTO kept VALUES ('y')"), {})
        await stale.close()
    finally:
        told_read_only(dsns, "off")
    async with database.transaction() as session:
        await session.execute(write)
    await database.close()


async def test_a_database_gone_back_in_time_stops_the_outbox_and_ends_the_process(
    opened: House, dsns: Dsns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(histories, "_AGAIN_AFTER_S", 0.0)
    monkeypatch.setattr(gone_back, "EVERY_S", 0.05)
    tenant_id = await a_town(opened, slug=f"v{new_id().hex}")
    await a_mailbox(opened, tenant_id, "contact@recul.example.fr")
    went_round = (
        "INSERT INTO watch_rounds (tenant_id, name, ended_at) VALUES (%s, 'watch', now() - %s::interval) "
        "ON CONFLICT (tenant_id, name) DO UPDATE SET ended_at = EXCLUDED.ended_at"
    )
    as_administrator(dsns, went_round, tenant_id, "1 minute")
    history, ended = History(), []
    opened.database.recognise = history.recognise
    await history.look(opened.database)
    as_administrator(dsns, went_round, tenant_id, "4 minutes")  # as far as the end of an administration may take it
    await history.look(opened.database)
    assert history.told is None

    as_administrator(dsns, went_round, tenant_id, "3 hours")
    await opened.database.engine.dispose()  # a recovery ends every line
    with pytest.raises(Unavailable):
        async with opened.database.transaction(tenant=tenant_id) as session:
            await session.execute(text("SELECT 1"))
    assert await look([SchemaStands(opened.database)]) == {"database": False}
    await gone_back.keep_watch(opened, history, end=lambda: ended.append(True))
    assert ended == [True]
    aside = Database(dsns.app, pool_size=1)  # the process that is started again
    aside.recognise = History().recognise
    async with aside.transaction(tenant=tenant_id) as session:
        assert gone_back.BECAUSE in (await gates.restored(session, tenant_id) or "")
    await aside.close()
