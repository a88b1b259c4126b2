"""An address proven by a code."""

import sqlalchemy as sa
from alembic import op

from app.db.tenancy import guard

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contact_challenges",
        sa.Column("point_id", sa.Uuid(), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        # A code proves an address and nothing else: an address that goes takes its codes along.
        sa.ForeignKeyConstraint(
            ["tenant_id", "point_id"],
            ["contact_points.tenant_id", "contact_points.id"],
            name=op.f("fk_contact_challenges_tenant_id_point_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_contact_challenges")),
    )
    op.create_index("ix_contact_challenges_point", "contact_challenges", ["tenant_id", "point_id", "sent_at"])
    guard("contact_challenges", may="SELECT, INSERT, UPDATE, DELETE")


def downgrade() -> None:
    op.drop_table("contact_challenges")
