"""How each person likes their screens."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.db.tenancy import guard

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "preferences",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("wishes", postgresql.JSONB(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"], ["users.tenant_id", "users.id"], name=op.f("fk_preferences_tenant_id_user_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "user_id", name=op.f("pk_preferences")),
    )
    guard("preferences", may="SELECT, INSERT, UPDATE, DELETE")


def downgrade() -> None:
    op.drop_table("preferences")
