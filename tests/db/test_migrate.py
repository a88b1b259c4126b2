"""The schema moves up, down and up again, one process at a time."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from app.automations.values import AsideAct, stored_acts
from app.db import migrate, revisions
from app.db.embedded import Dsns
from app.errors import Unavailable
from app.facts import SYSTEM
from app.tickets.macro_values import NoteAct
from tests.harness.houses import MovableClock
from tests.harness.towns import mail, opened_town


def relations(url: str) -> set[str]:
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace")
        return {name for (name,) in found}


def test_the_schema_goes_down_to_nothing_and_up_again(new_database: Callable[[], Dsns]):
    owner = new_database().owner
    before = relations(owner)
    migrate.downgrade(owner, "base")
    assert migrate.current(owner) is None
    assert {name for name in relations(owner) if not name.startswith("alembic_version")} == set()
    migrate.upgrade(owner)
    assert migrate.current(owner) == revisions.head()
    assert relations(owner) == before


def test_each_revision_can_be_undone_alone(new_database: Callable[[], Dsns]):
    owner = new_database().owner
    while (at := migrate.current(owner)) is not None:
        before = relations(owner)
        migrate.downgrade(owner, "-1")
        migrate.upgrade(owner, at)
        assert relations(owner) == before, f"revision {at} does not undo itself"
        migrate.downgrade(owner, "-1")


async def test_what_the_older_schema_cannot_hold_goes_with_it(new_database: Callable[[], Dsns], tmp_path: Path):
    """Row-level security binds the owner too: what nobody may see is not deleted either."""
    dsns = new_database()
    async with opened_town(dsns.app, tmp_path, clock=MovableClock()) as town:
        kept = await town.receive(mail())
        assert kept.ticket_id is not None
        (saisine,) = (await town.law(kept.ticket_id)).saisines
        async with town.house.database.transaction(tenant=town.tenant_id) as session:
            await town.house.legal.open_another(
                session, town.tenant_id, kept.ticket_id, saisine.message_id, asks="autre chose", actor=SYSTEM
            )
    await asyncio.to_thread(migrate.downgrade, dsns.owner, "0008")
    await asyncio.to_thread(migrate.upgrade, dsns.owner)
    assert migrate.current(dsns.owner) == revisions.head()


async def test_rules_the_older_version_cannot_read_act_no_more_when_it_comes_back(
    new_database: Callable[[], Dsns], tmp_path: Path
):
    dsns = new_database()
    aside, noted = AsideAct(hours=8, business_hours=True), NoteAct(text="Vu.", language="fr")
    async with (
        opened_town(dsns.app, tmp_path, clock=MovableClock()) as town,
        town.house.database.transaction(tenant=town.tenant_id) as session,
    ):
        for name, acts, of_opening in (
            ("gone", [aside], False),
            ("without", [aside, noted], False),
            ("stopped", [noted], True),
            ("as it was", [noted], False),
        ):
            wanted = {"trigger": "idle", "delay": 5, "business_hours": of_opening, "filter": {}}
            values = {"name": name, "enabled": True, "rank": 0, "acts": stored_acts(acts), **wanted}
            await town.house.automations.make(session, town.tenant_id, values, actor=SYSTEM)
    await asyncio.to_thread(migrate.downgrade, dsns.owner, "0060")
    with psycopg.connect(dsns.owner) as connection:
        connection.execute("SELECT set_config('app.tenant', %s, true)", [str(town.tenant_id)])
        found = connection.execute("SELECT name, enabled, acts FROM automations ORDER BY name").fetchall()
    kept = stored_acts([noted])
    assert found == [("as it was", True, kept), ("stopped", False, kept), ("without", False, kept)]
    await asyncio.to_thread(migrate.upgrade, dsns.owner)
    with psycopg.connect(dsns.owner) as connection:
        connection.execute("SELECT set_config('app.tenant', %s, true)", [str(town.tenant_id)])
        assert connection.execute("SELECT DISTINCT business_hours FROM automations").fetchall() == [(False,)]


def test_two_processes_that_migrate_at_once_take_turns(an_empty_database: Callable[[], Dsns]):
    owner = an_empty_database().owner
    with ThreadPoolExecutor(2) as both:
        list(both.map(migrate.upgrade, [owner, owner]))
    assert migrate.current(owner) == revisions.head()


def test_a_migration_gives_up_a_lock_it_cannot_have_soon(
    new_database: Callable[[], Dsns], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(migrate, "_LOCKS_SECONDS", 0.0)
    owner = new_database().owner
    with psycopg.connect(owner) as busy:
        busy.execute("LOCK TABLE alembic_version")
        with pytest.raises(Unavailable, match="lock timeout"):
            migrate.downgrade(owner, "-1")
    assert migrate.current(owner) == revisions.head()


def test_a_table_somebody_reads_for_long_is_had_once_they_are_done_and_meanwhile_everybody_passes(
    new_database: Callable[[], Dsns],
):
    dsns = new_database()
    with ThreadPoolExecutor(1) as beside, psycopg.connect(dsns.owner) as reading:
        reading.execute("SELECT FROM tenants, tickets")
        moving = beside.submit(migrate.downgrade, dsns.owner, "0044")
        with psycopg.connect(dsns.app, autocommit=True) as served:
            for _ in range(3):
                while not (waiting := _waiting_to_move(served)) and not moving.done():
                    time.sleep(0.01)
                assert waiting, moving.exception()
                served.execute("SET lock_timeout = '30s'")
                served.execute("SELECT FROM tickets")
                while _waiting_to_move(served) == waiting:
                    time.sleep(0.01)
        reading.rollback()
        moving.result()
    assert migrate.current(dsns.owner) == "0044"
    migrate.upgrade(dsns.owner)


def test_one_statement_of_a_revision_is_asked_again_while_somebody_reads_its_table(new_database: Callable[[], Dsns]):
    dsns = new_database()
    migrate.downgrade(dsns.owner, "0048")
    with ThreadPoolExecutor(1) as beside, psycopg.connect(dsns.owner) as reading:
        reading.execute("SELECT FROM contact_points")
        moving = beside.submit(migrate.upgrade, dsns.owner, "0049")
        tries: set[tuple[object, ...]] = set()
        with psycopg.connect(dsns.app, autocommit=True) as served:
            while len(tries) < 3 and not moving.done():
                tries.update(_waiting_to_move(served))
                time.sleep(0.01)
        assert len(tries) == 3, moving.exception()
        assert len({pid for pid, _since in tries}) == 1  # the same run, which asks again
        reading.rollback()
        moving.result()
    assert migrate.current(dsns.owner) == "0049"


def _waiting_to_move(connection: psycopg.Connection) -> list[tuple[object, ...]]:
    return connection.execute(
        "SELECT pid, waitstart FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND waitstart IS NOT NULL "
        "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    ).fetchall()


def test_the_tables_of_the_code_are_those_of_the_migrations(owner_url: str):
    pytest.importorskip("app.bootstrap")
    assert migrate.drift(owner_url) == []


def test_a_server_that_is_away_is_said_in_one_sentence():
    with pytest.raises(Unavailable, match="the schema was not moved"):
        migrate.upgrade("postgresql://parvis_owner@/parvis?host=/nonexistent")
