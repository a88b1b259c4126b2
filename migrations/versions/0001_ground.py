"""The ground: extensions, the functions policies stand on, the job queue's own schema."""

import procrastinate
from alembic import op
from procrastinate.schema import SchemaManager

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

QUEUE_VERSION = "3.10.0"

ROLE = """
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'parvis_app') THEN
    CREATE ROLE parvis_app NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
  END IF;
EXCEPTION WHEN insufficient_privilege THEN
  RAISE EXCEPTION 'role parvis_app does not exist and this role may not create it: run CREATE ROLE parvis_app LOGIN NOSUPERUSER NOBYPASSRLS as an administrator, then migrate again';
END $$
"""

# œ and æ are letters of their own to unaccent's rules of some versions: said here once for all of them.
FOLDED = """
CREATE FUNCTION folded(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
SET search_path = public, pg_catalog, pg_temp
AS $$ SELECT unaccent('public.unaccent'::regdictionary, replace(replace(lower(value), 'œ', 'oe'), 'æ', 'ae')) $$
"""

CURRENT_TENANT = """
CREATE FUNCTION current_tenant() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT NULLIF(current_setting('app.tenant', true), '')::uuid $$
"""

PRESENTED = """
CREATE FUNCTION presented() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT NULLIF(current_setting('app.presented', true), '') $$
"""

GRANTS = """
DO $$ DECLARE t text; BEGIN
  FOR t IN SELECT format('%I', c.relname) FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace
           AND c.relkind IN ('r', 'p') AND c.relname LIKE 'procrastinate\\_%' LOOP
    EXECUTE 'GRANT SELECT, INSERT, UPDATE, DELETE ON ' || t || ' TO parvis_app';
  END LOOP;
  FOR t IN SELECT format('%I', c.relname) FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace
           AND c.relkind = 'S' AND c.relname LIKE 'procrastinate\\_%' LOOP
    EXECUTE 'GRANT USAGE, SELECT ON ' || t || ' TO parvis_app';
  END LOOP;
END $$
"""


def upgrade() -> None:
    for extension in ("unaccent", "pg_trgm", "btree_gin"):
        op.execute(f"CREATE EXTENSION IF NOT EXISTS {extension} WITH SCHEMA public")
    op.execute(ROLE)
    op.execute("GRANT USAGE ON SCHEMA public TO parvis_app")
    for statement in (FOLDED, CURRENT_TENANT, PRESENTED):
        op.execute(statement)
    if procrastinate.__version__ != QUEUE_VERSION:
        raise RuntimeError(f"this revision applies the schema of procrastinate {QUEUE_VERSION}: install that version")
    _run_script(SchemaManager.get_schema())
    op.execute(GRANTS)


def downgrade() -> None:
    op.execute(DROP_QUEUE)
    for function in ("presented()", "current_tenant()", "folded(text)"):
        op.execute(f"DROP FUNCTION {function}")


DROP_QUEUE = """
DO $$ DECLARE r record; BEGIN
  FOR r IN SELECT c.oid::regclass AS name FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace
           AND c.relkind IN ('r', 'p') AND c.relname LIKE 'procrastinate\\_%' LOOP
    EXECUTE format('DROP TABLE IF EXISTS %s CASCADE', r.name);
  END LOOP;
  FOR r IN SELECT p.oid::regprocedure AS name FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
           AND p.proname LIKE 'procrastinate\\_%' LOOP
    EXECUTE format('DROP FUNCTION IF EXISTS %s CASCADE', r.name);
  END LOOP;
  FOR r IN SELECT t.typname AS name FROM pg_type t WHERE t.typnamespace = 'public'::regnamespace
           AND t.typname LIKE 'procrastinate\\_%' AND t.typtype IN ('e', 'c') LOOP
    EXECUTE format('DROP TYPE IF EXISTS %I CASCADE', r.name);
  END LOOP;
END $$
"""


def _run_script(script: str) -> None:
    # Several statements with dollar quotes and percent signs: the driver's own simple protocol takes them whole.
    connection = op.get_bind().connection.driver_connection
    with connection.cursor() as cursor:
        cursor.execute(script)
