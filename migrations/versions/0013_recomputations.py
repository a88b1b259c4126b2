"""Every open clock read again, with what it said before and after."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.db.tenancy import guard

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "recomputations",
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("rules_version", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("dry_run", sa.Boolean(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("position", sa.Uuid(), nullable=True),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.Column("unread", sa.BigInteger(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_recomputations_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_recomputations")),
    )
    guard("recomputations", may="SELECT, INSERT, UPDATE")
    op.create_table(
        "recomputed",
        sa.Column("recomputation_id", sa.Uuid(), nullable=False),
        sa.Column("saisine_id", sa.Uuid(), nullable=False),
        sa.Column("before", postgresql.JSONB(), nullable=False),
        sa.Column("after", postgresql.JSONB(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "recomputation_id"],
            ["recomputations.tenant_id", "recomputations.id"],
            name=op.f("fk_recomputed_tenant_id_recomputation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "saisine_id"],
            ["saisines.tenant_id", "saisines.id"],
            name=op.f("fk_recomputed_tenant_id_saisine_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_recomputed")),
    )
    op.create_index("ix_recomputed_recomputation", "recomputed", ["tenant_id", "recomputation_id", "id"])
    guard("recomputed", may="SELECT, INSERT")


def downgrade() -> None:
    op.drop_table("recomputed")
    op.drop_table("recomputations")
