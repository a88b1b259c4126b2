"""Business hours: when an administration or a team of its receives the public."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.db.tenancy import guard

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "business_hours",
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("week", postgresql.JSONB(), nullable=False),
        sa.Column("closed_on", postgresql.JSONB(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_business_hours_tenant_id")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "team_id"], ["teams.tenant_id", "teams.id"], name=op.f("fk_business_hours_tenant_id_team_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_business_hours")),
        # The row without a team is the administration's own: there is one.
        sa.UniqueConstraint(
            "tenant_id",
            "team_id",
            name=op.f("uq_business_hours_tenant_id_team_id"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    guard("business_hours", may="SELECT, INSERT, UPDATE")


def downgrade() -> None:
    op.drop_table("business_hours")
