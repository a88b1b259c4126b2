"""Transactions: committed once, before anyone answers; closed to whoever names no administration."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import event, insert, select, text
from sqlalchemy.exc import DBAPIError, StatementError

from app.db.transaction import Database, driver_connection, enter_tenant
from app.errors import Unavailable
from app.ids import new_id
from app.live.tables import EventRecord

DEFERRED = """
CREATE TABLE promises (word text);
GRANT SELECT, INSERT ON promises TO parvis_app;
CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'a promise was broken'; END $$;
CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON promises DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.word = 'broken') EXECUTE FUNCTION broken();
"""


@pytest.fixture(scope="module", autouse=True)
def a_table_whose_commit_may_fail(owner_url: str) -> None:
    with psycopg.connect(owner_url) as connection:
        connection.execute(DEFERRED)


@pytest.fixture
def commits(database: Database) -> Iterator[list[str]]:
    """One entry for each COMMIT sent to the server."""
    seen: list[str] = []

    def note(_connection: object) -> None:
        seen.append("commit")

    event.listen(database.engine.sync_engine, "commit", note)
    yield seen
    event.remove(database.engine.sync_engine, "commit", note)


def an_event(tenant: UUID, *, at: datetime = datetime(2026, 3, 1, tzinfo=UTC)) -> dict[str, object]:
    return {
        "tenant_id": tenant, "id": new_id(), "type": "ticket.created", "subject_id": new_id(), "payload": {}, "at": at,
    }  # fmt: skip


async def test_a_transaction_commits_once_and_others_see_it(database: Database, owner_url: str, commits: list[str]):
    async with database.transaction() as session:
        await session.execute(text("INSERT INTO promises VALUES ('kept')"))
    with psycopg.connect(owner_url) as other:
        assert other.execute("SELECT count(*) FROM promises WHERE word = 'kept'").fetchone() == (1,)
    assert commits == ["commit"]


async def keep(database: Database, word: str, *, then: Callable[[], None]) -> None:
    async with database.transaction() as session:
        await session.execute(text("INSERT INTO promises VALUES (:word)"), {"word": word})
        then()


async def test_an_error_rolls_everything_back(database: Database, owner_url: str, commits: list[str]):
    def fail() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        await keep(database, "dropped", then=fail)
    with psycopg.connect(owner_url) as other:
        assert other.execute("SELECT count(*) FROM promises WHERE word = 'dropped'").fetchone() == (0,)
    assert commits == []


async def test_a_failing_commit_is_raised_before_anyone_answers(database: Database, owner_url: str):
    reached = []
    with pytest.raises(DBAPIError, match="a promise was broken"):
        await keep(database, "broken", then=lambda: reached.append("the last statement"))
    assert reached == ["the last statement"], "the commit was meant to fail, not a statement before it"
    with psycopg.connect(owner_url) as other:
        assert other.execute("SELECT count(*) FROM promises WHERE word = 'broken'").fetchone() == (0,)


async def test_without_a_tenant_there_are_no_rows(database: Database):
    tenant = new_id()
    async with database.transaction(tenant=tenant) as session:
        await session.execute(insert(EventRecord).values(an_event(tenant)))
    async with database.transaction() as session:
        assert (await session.execute(select(EventRecord))).all() == []


async def test_a_tenant_sees_its_own_rows_and_no_others(database: Database):
    mine, theirs = new_id(), new_id()
    for tenant in (mine, theirs):
        async with database.transaction(tenant=tenant) as session:
            await session.execute(insert(EventRecord).values(an_event(tenant)))
    async with database.transaction(tenant=mine) as session:
        assert {row.tenant_id for row in (await session.execute(select(EventRecord.tenant_id)))} == {mine}


async def test_a_row_cannot_be_written_for_another_tenant(database: Database):
    with pytest.raises(DBAPIError, match="row-level security"):
        async with database.transaction(tenant=new_id()) as session:
            await session.execute(insert(EventRecord).values(an_event(new_id())))


async def test_the_tenant_is_forgotten_with_its_transaction(database: Database):
    tenant = new_id()
    async with database.transaction(tenant=tenant) as session:
        await session.execute(insert(EventRecord).values(an_event(tenant)))
        process = (await session.execute(text("SELECT pg_backend_pid()"))).scalar_one()
    async with database.transaction() as session:
        same = (await session.execute(text("SELECT pg_backend_pid()"))).scalar_one() == process
        rows = (await session.execute(select(EventRecord))).all()
    assert same, "the pool was meant to hand the same connection out again"
    assert rows == []


async def test_a_door_enters_the_tenant_it_has_just_found(database: Database):
    tenant = new_id()
    async with database.transaction() as session:
        await enter_tenant(session, tenant)
        await session.execute(insert(EventRecord).values(an_event(tenant)))
        assert len((await session.execute(select(EventRecord))).all()) == 1


async def test_a_naive_datetime_is_refused(database: Database):
    tenant = new_id()
    with pytest.raises(StatementError, match="naive"):
        async with database.transaction(tenant=tenant) as session:
            await session.execute(insert(EventRecord).values(an_event(tenant, at=datetime(2026, 3, 1))))


async def test_an_instant_comes_back_in_utc(database: Database):
    tenant = new_id()
    async with database.transaction(tenant=tenant) as session:
        await session.execute(text("SET LOCAL TIME ZONE 'Indian/Reunion'"))
        await session.execute(insert(EventRecord).values(an_event(tenant)))
        found = (await session.execute(select(EventRecord.at))).scalar_one()
    assert found.tzinfo is UTC
    assert found == datetime(2026, 3, 1, tzinfo=UTC)


async def test_the_driver_connection_is_that_of_the_transaction(database: Database):
    async with database.transaction() as session:
        driver = await driver_connection(session)
        ours = (await session.execute(text("SELECT pg_backend_pid()"))).scalar_one()
        # Asked of the server: a pooler between the two invents the one its clients are told.
        told = await (await driver.execute("SELECT pg_backend_pid()")).fetchone()
        assert told == (ours,)


async def test_a_server_that_is_away_is_said_to_be_unavailable():
    nobody = Database("postgresql://parvis_app@/parvis?host=/nonexistent")
    with pytest.raises(Unavailable):
        async with nobody.transaction() as session:
            await session.execute(text("SELECT 1"))
    await nobody.close()


async def test_after_the_server_cut_every_line_the_pool_heals_within_one_refusal(database: Database, owner_url: str):
    async with database.transaction() as session:
        await session.execute(text("SELECT 1"))
    with psycopg.connect(owner_url.replace("parvis_owner", "postgres"), autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'parvis_app' AND datname = current_database()"
        )
    refusals = 0
    for _ in range(3):
        try:
            async with database.transaction() as session:
                await session.execute(text("SELECT 1"))
        except Unavailable:
            refusals += 1
    assert refusals <= 1


async def test_who_freezes_within_a_transaction_loses_it_and_what_it_held(database: Database):
    """F11: a process that sleeps for minutes holds neither locks nor rows from those that are awake."""
    lock = text("SELECT pg_advisory_xact_lock(27)")
    async with database.transaction() as session:
        patience = (await session.execute(text("SHOW idle_in_transaction_session_timeout"))).scalar_one()
    assert patience == "2min"

    async def sleeps() -> None:
        async with database.transaction() as sleeper:
            await sleeper.execute(lock)
            await sleeper.execute(text("SET LOCAL idle_in_transaction_session_timeout = '100ms'"))
            async with asyncio.timeout(20), database.transaction() as awake:
                await awake.execute(lock)
            await sleeper.execute(text("SELECT 1"))

    with pytest.raises(Unavailable):  # it wakes up, and may write nothing any more
        await sleeps()
