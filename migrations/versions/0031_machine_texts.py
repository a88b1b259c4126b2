"""What machines read in scans."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.db.sightlines import in_sight
from app.db.tenancy import guard

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "machine_texts",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("confidence", sa.BigInteger(), nullable=True),
        sa.Column("pages", sa.BigInteger(), nullable=True),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "search",
            postgresql.TSVECTOR(),
            sa.Computed("to_tsvector('french', folded(left(coalesce(text, ''), 100000)))", persisted=True),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("tenant_id", "sha256", name=op.f("pk_machine_texts")),
    )
    op.create_index(
        "ix_machine_texts_due", "machine_texts", ["tenant_id", "next_attempt_at"], postgresql_where="state = 'waiting'"
    )
    op.create_index("ix_machine_texts_search", "machine_texts", ["tenant_id", "search"], postgresql_using="gin")
    op.create_index(
        "ix_attachments_content", "attachments", ["tenant_id", "sha256"], postgresql_where="sha256 IS NOT NULL"
    )
    guard("machine_texts", may="SELECT, INSERT, UPDATE")
    in_sight("machine_texts", by="sha256", of="attachments", key="sha256")


def downgrade() -> None:
    op.drop_table("machine_texts")
    op.drop_index("ix_attachments_content", "attachments")
