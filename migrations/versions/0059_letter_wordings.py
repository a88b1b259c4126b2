"""The administration's own words on each kind of letter, by edition."""

import sqlalchemy as sa
from alembic import op

from app.db.tenancy import guard

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "letter_wordings",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("edition", sa.BigInteger(), nullable=False),
        sa.Column("opening", sa.Text(), nullable=False),
        sa.Column("closing", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_letter_wordings_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_letter_wordings")),
        sa.UniqueConstraint("tenant_id", "kind", "edition", name=op.f("uq_letter_wordings_tenant_id_kind_edition")),
    )
    guard("letter_wordings", may="SELECT, INSERT")


def downgrade() -> None:
    op.drop_table("letter_wordings")
