"""The life of an administration: suspended and resumed, exported, closed; and what its operator may see of it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from app.db.tenancy import APP_ROLE, guard

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

# Whoever goes round sees suspended administrations too: their legal clocks run on. One that is being erased is gone.
DIRECTORY = """
CREATE FUNCTION tenant_directory() RETURNS TABLE (id uuid, suspended boolean) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'SELECT t.id, t.suspended_at IS NOT NULL FROM public.tenants t WHERE t.erasing_at IS NULL';
"""
FORMER_DIRECTORY = """
CREATE FUNCTION tenant_directory() RETURNS TABLE (id uuid) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS 'SELECT t.id FROM public.tenants t WHERE t.suspended_at IS NULL';
"""
OPENED = """
REVOKE ALL ON FUNCTION tenant_directory() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tenant_directory() TO parvis_app;
"""
# The application may not delete what it may not rewrite (the journal, legal events): this alone does, of one
# administration whose erasure was begun, the transaction's own, batch by batch, rows that nothing else names first.
ERASE = """
CREATE FUNCTION erase_some(target text, most integer) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  owner uuid := public.current_tenant();
  held text := '';
  link record;
  gone bigint;
BEGIN
  IF NOT EXISTS (SELECT FROM public.tenants t WHERE t.id = owner AND t.erasing_at IS NOT NULL) THEN
    RAISE EXCEPTION 'the erasure of this administration was not begun' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF NOT EXISTS (SELECT FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
                 WHERE c.relnamespace = 'public'::regnamespace AND c.relname = target AND c.relkind IN ('r', 'p')) THEN
    RAISE EXCEPTION 'no table of administrations is called %', target USING ERRCODE = 'undefined_table';
  END IF;
  FOR link IN
    SELECT string_agg(format('c.%I = t.%I', child.attname, parent.attname), ' AND ') AS matched
    FROM pg_constraint k
    CROSS JOIN LATERAL unnest(k.conkey, k.confkey) AS pair(ours, theirs)
    JOIN pg_attribute child ON child.attrelid = k.conrelid AND child.attnum = pair.ours
    JOIN pg_attribute parent ON parent.attrelid = k.confrelid AND parent.attnum = pair.theirs
    WHERE k.contype = 'f' AND k.conrelid = format('public.%I', target)::regclass AND k.confrelid = k.conrelid
    GROUP BY k.oid
  LOOP
    held := held || format(' AND NOT EXISTS (SELECT FROM public.%I c WHERE %s)', target, link.matched);
  END LOOP;
  EXECUTE format('DELETE FROM public.%1$I d WHERE d.tenant_id = $1 AND d.ctid = ANY (ARRAY('
                 'SELECT t.ctid FROM public.%1$I t WHERE t.tenant_id = $1%2$s LIMIT $2))', target, held)
    USING owner, most;
  GET DIAGNOSTICS gone = ROW_COUNT;
  RETURN gone;
END $$;
REVOKE ALL ON FUNCTION erase_some(text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION erase_some(text, integer) TO parvis_app;
"""


def upgrade() -> None:
    _administrations()
    _operators()
    _exports_and_closures()
    op.execute(ERASE)


def _administrations() -> None:
    op.add_column("tenants", sa.Column("suspended_reason", sa.Text(), nullable=True))
    op.add_column("tenants", sa.Column("dpo_contact", sa.Text(), nullable=False, server_default=""))
    op.alter_column("tenants", "dpo_contact", server_default=None)
    op.add_column("tenants", _at("erasing_at", nullable=True))
    op.execute("DROP FUNCTION tenant_directory()")
    op.execute(DIRECTORY + OPENED)
    op.create_table(
        "set_aside_jobs",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("args", JSONB(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("times", sa.BigInteger(), nullable=False),
        _at("first_at"),
        _at("last_at"),
        sa.PrimaryKeyConstraint("tenant_id", "fingerprint", name="pk_set_aside_jobs"),
    )
    guard("set_aside_jobs", may="SELECT, INSERT, UPDATE, DELETE")


def _operators() -> None:
    op.create_table(
        "operators",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        _at("created_at"),
        _at("revoked_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_operators"),
    )
    op.create_index("uq_operators_email_key", "operators", ["email_key"], unique=True)
    _platform("operators", may="SELECT, INSERT, UPDATE")
    op.create_table(
        "operator_grants",
        *_row(),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("operator_name", sa.Text(), nullable=False),
        sa.Column("second_name", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("rights", sa.Text(), nullable=False),
        sa.Column("wants_confidential", sa.Boolean(), nullable=False),
        sa.Column("teams", ARRAY(sa.Text()), nullable=False),
        sa.Column("hours", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        _at("requested_at"),
        _at("answer_by"),
        _at("decided_at", nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_by_name", sa.Text(), nullable=True),
        sa.Column("link_digest", sa.Text(), nullable=True),
        _at("link_used_at", nullable=True),
        _at("until", nullable=True),
        _at("ended_at", nullable=True),
        sa.Column("ended_by_name", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_operator_grants"),
        _of_tenant("operator_grants"),
    )
    op.create_index("ix_operator_grants_link_digest", "operator_grants", ["link_digest"], unique=True)
    guard("operator_grants", may="SELECT, INSERT, UPDATE", shown_to_holder_of="link_digest = presented()")
    op.add_column("sessions", sa.Column("grant_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        "fk_sessions_tenant_id_grant_id",
        "sessions",
        "operator_grants",
        ["tenant_id", "grant_id"],
        ["tenant_id", "id"],
    )


def _exports_and_closures() -> None:
    op.create_table(
        "tenant_exports",
        *_row(),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        _at("requested_at"),
        _at("lease_until", nullable=True),
        _at("finished_at", nullable=True),
        _at("expires_at", nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("rows", sa.BigInteger(), nullable=True),
        sa.Column("pieces", sa.BigInteger(), nullable=True),
        _at("verified_at", nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_tenant_exports"),
        _of_tenant("tenant_exports"),
    )
    guard("tenant_exports", may="SELECT, INSERT, UPDATE, DELETE")
    op.create_table(
        "tenant_closures",
        *_row(),
        sa.Column("reason", sa.Text(), nullable=False),
        _at("announced_at"),
        sa.Column("due_on", sa.Date(), nullable=False),
        _at("cancelled_at", nullable=True),
        sa.Column("cancelled_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_tenant_closures"),
        _of_tenant("tenant_closures"),
    )
    guard("tenant_closures", may="SELECT, INSERT, UPDATE")
    op.create_table(
        "departures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        _at("announced_at"),
        _at("begun_at"),
        _at("finished_at", nullable=True),
        sa.Column("export_sha256", sa.Text(), nullable=True),
        sa.Column("export_waived", sa.Text(), nullable=True),
        sa.Column("despite", sa.Text(), nullable=True),
        sa.Column("clocks", sa.BigInteger(), nullable=False),
        sa.Column("counts", JSONB(), nullable=False),
        sa.Column("pieces", sa.BigInteger(), nullable=False),
        sa.Column("chain_number", sa.BigInteger(), nullable=False),
        sa.Column("chain_digest", sa.Text(), nullable=False),
        sa.Column("certificate", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_departures"),
    )
    # What was erased is counted in the transaction that erases it, which is the administration's own.
    _platform("departures", may="SELECT, INSERT, UPDATE", or_seen=" OR id = current_tenant()")


def _platform(table: str, *, may: str, or_seen: str = "") -> None:
    """A table of the installation itself: seen by a transaction that has no administration, and by no other but `or_seen`."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    seen = f"current_tenant() IS NULL{or_seen}"
    op.execute(f"CREATE POLICY of_installation ON {table} USING ({seen}) WITH CHECK ({seen})")
    op.execute(f"GRANT {may} ON {table} TO {APP_ROLE}")


def _row() -> tuple[sa.Column, sa.Column]:
    return sa.Column("tenant_id", sa.Uuid(), nullable=False), sa.Column("id", sa.Uuid(), nullable=False)


def _at(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _of_tenant(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=f"fk_{table}_tenant_id")


def downgrade() -> None:
    op.execute("DROP FUNCTION erase_some(text, integer)")
    op.drop_table("departures")
    op.drop_table("tenant_closures")
    op.drop_table("tenant_exports")
    op.drop_constraint("fk_sessions_tenant_id_grant_id", "sessions", type_="foreignkey")
    op.drop_column("sessions", "grant_id")
    op.drop_table("operator_grants")
    op.drop_table("operators")
    op.drop_table("set_aside_jobs")
    op.execute("DROP FUNCTION tenant_directory()")
    op.execute(FORMER_DIRECTORY + OPENED)
    for column in ("erasing_at", "dpo_contact", "suspended_reason"):
        op.drop_column("tenants", column)
