"""Data keys of administrations, and what an antivirus says of contents."""

import sqlalchemy as sa
from alembic import op

from app.db.sightlines import in_sight
from app.db.tenancy import APP_ROLE, guard

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

# Across administrations, the names of master keys alone: start-up says which is missing, closed administrations included.
MASTERS = """
CREATE POLICY masters ON data_keys FOR SELECT TO CURRENT_USER USING (true);
CREATE FUNCTION data_key_masters() RETURNS TABLE (tenant_id uuid, master text, many bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS 'SELECT k.tenant_id, k.master, count(*) FROM public.data_keys k GROUP BY 1, 2';
REVOKE ALL ON FUNCTION data_key_masters() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION data_key_masters() TO parvis_app;
"""
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "data_keys",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("master", sa.Text(), nullable=False),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.Column("retired_at", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_data_keys_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_data_keys")),
    )
    op.create_index(
        "uq_data_keys_present", "data_keys", ["tenant_id"], unique=True, postgresql_where="retired_at IS NULL"
    )
    guard("data_keys", may="SELECT, INSERT, UPDATE, DELETE")
    op.execute(MASTERS)
    # What stood before a rectification is sealed, and moves from key to key like the rest.
    op.execute(f"GRANT UPDATE (before_sealed) ON contact_corrections TO {APP_ROLE}")
    op.create_table(
        "scans",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("virus", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("next_attempt_at", _INSTANT, nullable=True),
        sa.Column("asked_at", _INSTANT, nullable=False),
        sa.Column("scanned_at", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "sha256", name=op.f("pk_scans")),
    )
    op.create_index("ix_scans_due", "scans", ["tenant_id", "next_attempt_at"], postgresql_where="state = 'waiting'")
    guard("scans", may="SELECT, INSERT, UPDATE, DELETE")
    in_sight("scans", by="sha256", of="attachments", key="sha256")


def downgrade() -> None:
    op.execute(f"REVOKE UPDATE (before_sealed) ON contact_corrections FROM {APP_ROLE}")
    op.drop_table("scans")
    op.execute("DROP FUNCTION data_key_masters()")
    op.drop_table("data_keys")
