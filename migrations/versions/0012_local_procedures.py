"""An administration's own procedures, and its own word over the national ones."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.db.tenancy import guard

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "local_procedures",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("edition", sa.BigInteger(), nullable=False),
        sa.Column("entry", postgresql.JSONB(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.Text(), nullable=True),
        sa.Column("withdrawn_from", sa.Date(), nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_local_procedures_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_local_procedures")),
        sa.UniqueConstraint("tenant_id", "code", "edition", name=op.f("uq_local_procedures_tenant_id_code_edition")),
    )
    guard(
        "local_procedures",
        may="SELECT, INSERT, UPDATE (withdrawn_at, withdrawn_by, withdrawn_from, withdrawn_reason)",
    )
    # How many open clocks a changed procedure drives.
    op.create_index(
        "ix_saisines_procedure",
        "saisines",
        ["tenant_id", "procedure", "id"],
        postgresql_where=sa.text("closed_at IS NULL AND procedure IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_saisines_procedure", "saisines")
    op.drop_table("local_procedures")
