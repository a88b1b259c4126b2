"""What a sending needs: approved templates, each administration's hours, and what a decision on it replaced."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.db.tenancy import APP_ROLE, guard

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "channel_templates",
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("templates", postgresql.JSONB(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", postgresql.JSONB(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "channel_id"],
            ["channels.tenant_id", "channels.id"],
            name=op.f("fk_channel_templates_tenant_id_channel_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "channel_id", name=op.f("pk_channel_templates")),
    )
    guard("channel_templates", may="SELECT, INSERT, UPDATE")
    op.create_table(
        "sending_settings",
        sa.Column("weekdays", postgresql.JSONB(), nullable=False),
        sa.Column("opens", sa.Text(), nullable=False),
        sa.Column("closes", sa.Text(), nullable=False),
        sa.Column("holidays", sa.Boolean(), nullable=False),
        sa.Column("public_acknowledgement", sa.Boolean(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_sending_settings_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("pk_sending_settings")),
    )
    guard("sending_settings", may="SELECT, INSERT, UPDATE")
    # What a person decided of a sending, and the state it was in before: by it a decision is taken back.
    op.add_column("outbound", sa.Column("resolved", postgresql.JSONB(), nullable=True))
    op.execute(f"GRANT UPDATE (resolved) ON outbound TO {APP_ROLE}")


def downgrade() -> None:
    op.drop_column("outbound", "resolved")
    op.drop_table("sending_settings")
    op.drop_table("channel_templates")
