"""T40, T54, T129: policies and rights as the catalogue has them (keys and constraints: tests/db)."""

import psycopg
import pytest

from app.db.embedded import Dsns

TENANT_TABLES = """
SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname NOT LIKE 'procrastinate%%'
AND c.relname <> 'alembic_version' AND NOT c.relispartition ORDER BY 1
"""
# Those that the role may not even ask: functions of the schema's owner alone look there.
CLOSED = {"message_words"}


@pytest.fixture(scope="module")
def catalogue(dsns: Dsns):
    with psycopg.connect(dsns.owner, autocommit=True) as connection:
        yield connection


def test_every_table_has_one_policy_for_reading_and_writing_its_own_rows(catalogue) -> None:
    tables = {name for name, *_ in catalogue.execute(TENANT_TABLES)}
    both = {
        row[0]
        for row in catalogue.execute(
            "SELECT tablename FROM pg_policies WHERE schemaname = 'public' AND cmd = 'ALL' "
            "AND qual LIKE '%%current_tenant()%%' AND with_check LIKE '%%current_tenant()%%'"
        )
    }
    assert tables - both == set()


def test_no_policy_opens_a_table_to_everybody(catalogue) -> None:
    rows = catalogue.execute(
        "SELECT tablename, policyname, roles::text FROM pg_policies WHERE schemaname = 'public' AND qual = 'true'"
    ).fetchall()
    # The directory of administrations, the names of master keys, the words of messages: each for the owner of the
    # functions that look there.
    assert sorted(rows) == [
        ("data_keys", "masters", "{parvis_owner}"),
        ("message_words", "of_owner", "{parvis_owner}"),
        ("tenants", "directory", "{parvis_owner}"),
    ]


def test_the_application_role_owns_nothing_and_bypasses_nothing(catalogue) -> None:
    row = catalogue.execute(
        "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, "
        "(SELECT count(*) FROM pg_class WHERE relowner = r.oid) FROM pg_roles r WHERE rolname = 'parvis_app'"
    ).fetchone()
    assert row == (False, False, False, False, 0)


def test_history_can_only_be_appended_to(catalogue) -> None:
    """T129: what proves the past cannot be rewritten by the role that serves requests."""
    for table in (
        "audit_entries",
        "audit_seals",
        "legal_events",
        "events",
        "forgotten_events",
        "readings",
        "terms_of_use",
    ):
        for right in ("UPDATE", "DELETE", "TRUNCATE"):
            allowed = catalogue.execute("SELECT has_table_privilege('parvis_app', %s, %s)", (table, right)).fetchone()
            assert allowed == (False,), (table, right)


def test_the_bytes_of_a_reception_can_never_be_changed(catalogue) -> None:
    for column in ("raw", "sha256", "received_at", "tenant_id"):
        allowed = catalogue.execute(
            "SELECT has_column_privilege('parvis_app', 'receptions', %s, 'UPDATE')", (column,)
        ).fetchone()
        assert allowed == (False,), column
    assert catalogue.execute("SELECT has_table_privilege('parvis_app', 'receptions', 'DELETE')").fetchone() == (False,)


def test_a_part_of_a_table_is_reached_by_the_table_alone(catalogue) -> None:
    """A policy of the table does not follow who asks for a part of it by name: nobody but its owner may, who sees no row."""
    parts = catalogue.execute(
        "SELECT c.oid, c.relname, c.relrowsecurity AND c.relforcerowsecurity FROM pg_class c "
        "WHERE c.relnamespace = 'public'::regnamespace AND c.relispartition AND c.relkind = 'r'"
    ).fetchall()
    assert {"events_past", "events_default"} <= {name for _, name, _ in parts}
    for oid, name, forced in parts:
        assert forced, name
        for right in ("SELECT", "INSERT", "UPDATE", "DELETE"):
            allowed = catalogue.execute("SELECT has_table_privilege('parvis_app', %s::oid, %s)", (oid, right))
            assert allowed.fetchone() == (False,), (name, right)


def test_without_a_tenant_there_are_no_rows(dsns: Dsns) -> None:
    """T54, on every table, as the application's role."""
    with psycopg.connect(dsns.app, autocommit=True) as connection:
        tables = [name for name, *_ in connection.execute(TENANT_TABLES)]
        for table in set(tables) - CLOSED:
            assert connection.execute(f'SELECT count(*) FROM "{table}"').fetchone() == (0,), table
        for table in CLOSED:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f'SELECT count(*) FROM "{table}"')
