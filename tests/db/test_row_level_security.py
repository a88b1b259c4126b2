"""Every table of an administration is closed by construction; the application's role cannot open one. (T129)"""

from collections.abc import Iterator

import psycopg
import pytest

# The queue's rows hold identifiers only; the others are the schema's own note, the list of administrations, and what
# belongs to the installation itself, which no administration's transaction sees.
OF_THE_INSTALLATION = {"operators", "departures"}
WITHOUT_TENANT = {"alembic_version", "tenants"} | OF_THE_INSTALLATION


@pytest.fixture(scope="module")
def catalogue(owner_url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(owner_url) as connection:
        yield connection


def tables(catalogue: psycopg.Connection) -> set[str]:
    found = catalogue.execute("""
        SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
        AND c.relname NOT LIKE 'procrastinate%'""")
    return {name for (name,) in found}


def test_every_table_has_a_tenant(catalogue: psycopg.Connection):
    with_tenant = catalogue.execute(
        "SELECT table_name FROM information_schema.columns WHERE column_name = 'tenant_id' AND table_schema = 'public'"
    )
    assert tables(catalogue) - {name for (name,) in with_tenant} == WITHOUT_TENANT


def test_every_table_forces_row_level_security(catalogue: psycopg.Connection):
    forced = catalogue.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
    assert tables(catalogue) - {name for (name,) in forced} == {"alembic_version"}


def test_every_unique_index_of_a_tenant_table_begins_with_the_tenant(catalogue: psycopg.Connection):
    # Another tenant's value would be answered with "duplicate": an oracle. Opaque random keys are no values to guess;
    # the address of a channel is public, and mail to it must have one owner.
    others = catalogue.execute("""
        SELECT t.relname || '.' || a.attname FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
        JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = i.indkey[0]
        WHERE i.indisunique AND t.relnamespace = 'public'::regnamespace AND a.attname <> 'tenant_id'
        AND t.relname NOT LIKE 'procrastinate%' AND t.relname NOT IN ('alembic_version', 'tenants', 'operators', 'departures')""")
    opaque = ("key", "token", "digest", "handle", "secret")
    assert {name for (name,) in others if not any(word in name for word in opaque)} == {
        "channels.address",
        "channel_aliases.address",
        "form_former_addresses.slug",
    }


def test_no_foreign_key_crosses_tenants(catalogue: psycopg.Connection):
    # Foreign keys bypass row-level security: those between tenant tables carry the tenant.
    loose = catalogue.execute("""
        SELECT k.conname FROM pg_constraint k
        WHERE k.contype = 'f' AND k.connamespace = 'public'::regnamespace
        AND k.conrelid::regclass::text NOT LIKE 'procrastinate%' AND k.confrelid <> 'tenants'::regclass
        AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)
                        AND a.attname = 'tenant_id')""")
    assert loose.fetchall() == []


def test_what_hangs_on_a_request_is_hidden_with_it(catalogue: psycopg.Connection):
    """Every table that leads to a request by its foreign keys hides its rows from who may not see that request."""
    links = """
        WITH RECURSIVE below(oid) AS (
          SELECT 'tickets'::regclass::oid
          UNION SELECT k.conrelid FROM pg_constraint k JOIN below b ON k.confrelid = b.oid WHERE k.contype = 'f'
        ) SELECT DISTINCT oid::regclass::text FROM below"""
    hidden = {row[0] for row in catalogue.execute("SELECT tablename FROM pg_policies WHERE policyname = 'in_sight'")}
    leading = {row[0] for row in catalogue.execute(links)}
    assert leading - hidden == set()
    assert {"events", "receptions"} <= hidden  # their column names a request without a foreign key
    for kind, check in catalogue.execute(
        "SELECT permissive, with_check FROM pg_policies WHERE policyname = 'in_sight'"
    ):
        assert (kind, check) == ("RESTRICTIVE", "true")


def test_the_application_may_neither_truncate_nor_reference_nor_hang_triggers(catalogue: psycopg.Connection):
    too_much = catalogue.execute("""
        SELECT table_name, privilege_type FROM information_schema.role_table_grants
        WHERE grantee = 'parvis_app' AND privilege_type NOT IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE')""")
    assert too_much.fetchall() == []


@pytest.mark.parametrize(
    "statement",
    ["ALTER TABLE {} ADD x int", "DROP TABLE {}", "TRUNCATE {}", "ALTER TABLE {} DISABLE ROW LEVEL SECURITY"],
)
def test_the_application_cannot_change_a_table(catalogue: psycopg.Connection, database_url: str, statement: str):
    for table in sorted(tables(catalogue)):
        with psycopg.connect(database_url) as application, pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute(statement.format(table))


def test_the_application_cannot_rewrite_what_was_audited(database_url: str):
    for statement in ("UPDATE audit_entries SET action = 'x'", "DELETE FROM audit_entries"):
        with psycopg.connect(database_url) as application, pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute(statement)


def test_the_application_cannot_make_tables(database_url: str):
    with psycopg.connect(database_url) as application, pytest.raises(psycopg.errors.InsufficientPrivilege):
        application.execute("CREATE TABLE mine (x int)")


def test_what_is_the_installations_is_no_administrations(database_url: str):
    with psycopg.connect(database_url) as application:
        application.execute("SELECT set_config('app.tenant', '018f0000-0000-7000-8000-000000000001', true)")
        for table in sorted(OF_THE_INSTALLATION):
            assert application.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute(
                "INSERT INTO operators VALUES ('018f0000-0000-7000-8000-000000000002', 'x', 'x', 'x', now(), null)"
            )


def test_no_view_shows_what_row_level_security_hides(catalogue: psycopg.Connection):
    """A view reads with its owner's eyes unless it says otherwise, a materialised one always does. (T56)"""
    views = catalogue.execute("""
        SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND (c.relkind = 'm'
        OR (c.relkind = 'v' AND NOT COALESCE('security_invoker=true' = ANY (c.reloptions), false)))""")
    assert views.fetchall() == []
