"""Start-up refuses to lie about its database."""

from collections.abc import Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import psycopg
import pytest
from psycopg import sql

from app.clock import utc_now
from app.db import checks, migrate, revisions
from app.db.embedded import Dsns
from app.db.transaction import Database
from tests.harness.postgres import as_role


@asynccontextmanager
async def opened(url: str):
    database = Database(url, pool_size=2)
    yield database
    await database.close()


async def test_a_migrated_database_passes_every_check(database: Database):
    seen = await checks.check_all(database, clock=utc_now)
    assert [(check.name, check.ok) for check in seen] == [
        ("database version", True),
        ("database role", True),
        ("database schema", True),
        ("clocks", True),
    ]


async def test_the_owner_is_refused_as_the_application(owner_url: str):
    async with opened(owner_url) as database:
        check = await checks.check_role(database)
    assert not check.ok
    assert "PARVIS_DATABASE_URL" in check.detail
    assert "owns the table" in check.detail


@pytest.mark.parametrize(
    ("attributes", "why"),
    [
        ("SUPERUSER", "superuser"),
        ("BYPASSRLS", "BYPASSRLS"),
        ("IN ROLE parvis_owner", "owns the table"),
    ],
)
async def test_a_role_that_could_see_other_administrations_is_refused(
    dsns: Dsns, a_role: Callable[[str], str], attributes: str, why: str
):
    # A member of one of the two roles is let in, as a careless host would do it.
    known = attributes if "IN ROLE" in attributes else f"{attributes} IN ROLE parvis_app"
    url = as_role(dsns.app, a_role(known))
    async with opened(url) as database:
        check = await checks.check_role(database)
    assert not check.ok
    assert why in check.detail


async def test_a_database_never_migrated_says_which_command_helps(an_empty_database: Callable[[], Dsns]):
    async with opened(an_empty_database().app) as database:
        check = await checks.check_schema(database)
    assert not check.ok
    assert "parvis migrate" in check.detail


async def test_an_older_schema_is_named(new_database: Callable[[], Dsns]):
    older = new_database()
    migrate.downgrade(older.owner, "-1")
    async with opened(older.app) as database:
        check = await checks.check_schema(database)
    assert not check.ok
    assert str(revisions.head()) in check.detail


@pytest.mark.parametrize(("seconds", "word"), [(60, "behind"), (-60, "ahead")])
async def test_a_skewed_clock_is_reported(database: Database, seconds: int, word: str):
    check = await checks.check_clock(database, clock=lambda: utc_now() + timedelta(seconds=seconds))
    assert not check.ok
    assert word in check.detail
    assert "NTP" in check.detail


async def test_a_newer_schema_that_still_serves_this_code_is_right_and_any_other_is_not(
    new_database: Callable[[], Dsns],
):
    """While an installation is upgraded the two versions run side by side (docs/migrations.md)."""
    dsns = new_database()
    with psycopg.connect(dsns.owner, autocommit=True) as owner:
        owner.execute("UPDATE alembic_version SET version_num = '9999'")
        for serves, right in ((str(revisions.head()), True), ("0039", True), ("9998", False)):
            owner.execute(
                sql.SQL("COMMENT ON TABLE alembic_version IS {}").format(sql.Literal(revisions.SERVES.format(serves)))
            )
            async with opened(dsns.app) as database:
                check = await checks.check_schema(database)
            assert check.ok is right
            assert "9999" in check.detail
