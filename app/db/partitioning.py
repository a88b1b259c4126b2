"""What migrations say of a table divided by time: its past is the table as it stood, its future is made ahead.

Identifiers are UUIDv7, so that a range of them is one of time, and `(tenant_id, id)` stays the key. Nothing is copied: the
table becomes the part of all that is older than a day some weeks away, and what no part covers falls into a default one,
so that no row is ever refused.
"""

import re

from alembic import op
from sqlalchemy.exc import IntegrityError

from app.db.patience import patiently
from app.db.tenancy import APP_ROLE

# The past ends on the first of a month, at least a month away: what is written while the change is under way belongs to
# it too, even where it was broken off and nobody came back for weeks. Further away where a machine's clock once ran ahead.
_REACHES = ("62 days", "2 years", "20 years", "1000 years")
_FIRST_ID = """
CREATE FUNCTION first_id_at(an_instant timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog
AS $$ SELECT (lpad(to_hex(floor(extract(epoch FROM an_instant) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid $$;
CREATE FUNCTION instant_of_id(an_id uuid) RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog
AS $$ SELECT to_timestamp(('x0000' || left(replace(an_id::text, '-', ''), 12))::bit(64)::bigint / 1000.0) $$;
"""
# The bounds of each part, as the catalogue has them; no bound below: the past.
_PARTS = """
CREATE FUNCTION parts_of(a_table regclass)
RETURNS TABLE (part regclass, is_default boolean, starts_at timestamptz, ends_at timestamptz)
LANGUAGE sql STABLE SET search_path = pg_catalog, public
AS $$
  SELECT c.oid::regclass, bound = 'DEFAULT',
         instant_of_id((regexp_match(bound, $re$FROM \\('([0-9a-f-]{36})'\\)$re$))[1]::uuid),
         instant_of_id((regexp_match(bound, $re$TO \\('([0-9a-f-]{36})'\\)$re$))[1]::uuid)
  FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid, pg_get_expr(c.relpartbound, c.oid) AS bound
  WHERE i.inhparent = a_table ORDER BY 4, 2
$$;
"""
_PART = re.compile(r"events_(past|default|\d{4}_\d{2})")
FUNCTIONS = _FIRST_ID + _PARTS
DROPPED = "DROP FUNCTION parts_of(regclass); DROP FUNCTION instant_of_id(uuid); DROP FUNCTION first_id_at(timestamptz);"


def is_part(name: str) -> bool:
    """Says whether a table is a part of another, which no mapped table and no revision knows by name."""
    return _PART.fullmatch(name) is not None


def bound_the_past(table: str) -> None:
    """Has PostgreSQL make sure, while everybody works on, that the whole table lies before the edge.

    Runs outside of a transaction, and again from the beginning when it was broken off: attaching then reads nothing.
    """
    with op.get_context().autocommit_block():
        for reach in _REACHES:
            edge = f"date_trunc('month', now() AT TIME ZONE 'UTC' + interval '{reach}') AT TIME ZONE 'UTC'"
            patiently(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {table}_are_past")
            patiently(
                "DO $$ BEGIN EXECUTE format("
                f"'ALTER TABLE {table} ADD CONSTRAINT {table}_are_past CHECK (id < %L) NOT VALID', first_id_at({edge})); END $$"
            )
            try:
                op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {table}_are_past")
            except IntegrityError:
                if reach == _REACHES[-1]:
                    raise
            else:
                return


def become_past(table: str) -> None:
    """Puts a divided table of the same name in the table's place, and makes the table what it will call its past.

    The caller then gives the new table its key, indexes and policies, and calls `attach_past`.
    """
    patiently(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
    op.execute(f"ALTER TABLE {table} RENAME TO {table}_past")
    _rename_indexes(f"{table}_past", "indexrelid::regclass || '_past'")
    op.execute(
        f"CREATE TABLE {table} (LIKE {table}_past INCLUDING DEFAULTS INCLUDING GENERATED INCLUDING STORAGE) "
        "PARTITION BY RANGE (id)"
    )


def attach_past(table: str) -> None:
    """Attaches the past by the bound that was made sure of, and a default part; both are reached by the table alone."""
    op.execute(f"""
        DO $$ DECLARE bound text; BEGIN
          SELECT (regexp_match(pg_get_constraintdef(oid), '''([0-9a-f-]{{36}})'''))[1] INTO STRICT bound
          FROM pg_constraint WHERE conrelid = '{table}_past'::regclass AND conname = '{table}_are_past';
          EXECUTE format('ALTER TABLE {table} ATTACH PARTITION {table}_past FOR VALUES FROM (MINVALUE) TO (%L)', bound);
        END $$""")  # noqa: S608 — names of our own tables
    op.execute(f"ALTER TABLE {table}_past DROP CONSTRAINT {table}_are_past")
    op.execute(f"REVOKE ALL ON {table}_past FROM {APP_ROLE}")
    op.execute(f"DROP POLICY IF EXISTS in_sight ON {table}_past")
    op.execute(f"CREATE TABLE {table}_default PARTITION OF {table} DEFAULT")
    op.execute(f"ALTER TABLE {table}_default ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table}_default FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY of_tenant ON {table}_default "
        "USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant())"
    )


def be_whole_again(table: str) -> None:
    """Makes one table of the parts again: what was written after the edge, hardly ever anything, goes back into the past.

    The caller gives grants and policies back.
    """
    patiently(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
    op.execute(f"ALTER TABLE {table} DETACH PARTITION {table}_past")
    # Row-level security binds the owner too: for this one statement it does not, and nobody else sees these tables.
    op.execute(f"""
        DO $$ DECLARE one regclass; BEGIN
          ALTER TABLE {table}_past NO FORCE ROW LEVEL SECURITY;
          FOR one IN SELECT part FROM parts_of('{table}') LOOP
            IF pg_relation_size(one) > 0 THEN
              EXECUTE format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY', one);
              EXECUTE format('INSERT INTO {table}_past SELECT * FROM %s', one);
            END IF;
          END LOOP;
          ALTER TABLE {table}_past FORCE ROW LEVEL SECURITY;
        END $$""")  # noqa: S608 — names of our own tables
    op.execute(f"DROP TABLE {table}")
    op.execute(f"ALTER TABLE {table}_past RENAME TO {table}")
    _rename_indexes(table, "regexp_replace(indexrelid::regclass::text, '_past$', '')")


def _rename_indexes(table: str, new_name: str) -> None:
    op.execute(f"""
        DO $$ DECLARE one record; BEGIN
          FOR one IN SELECT indexrelid::regclass AS old, {new_name} AS new FROM pg_index WHERE indrelid = '{table}'::regclass LOOP
            EXECUTE format('ALTER INDEX %s RENAME TO %I', one.old, one.new);
          END LOOP;
        END $$""")  # noqa: S608 — names of our own tables
