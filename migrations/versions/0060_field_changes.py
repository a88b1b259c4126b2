"""What fields of requests held before and after each filling."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from app.db.sightlines import in_sight
from app.db.tenancy import guard

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ticket_field_changes",
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("turns", JSONB(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "ticket_id"],
            ["tickets.tenant_id", "tickets.id"],
            name=op.f("fk_ticket_field_changes_tenant_id_ticket_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_ticket_field_changes")),
    )
    op.create_index("ix_ticket_field_changes_story", "ticket_field_changes", ["tenant_id", "ticket_id", "at", "id"])
    guard("ticket_field_changes", may="SELECT, INSERT, DELETE")
    in_sight("ticket_field_changes", by="ticket_id")


def downgrade() -> None:
    op.drop_table("ticket_field_changes")
