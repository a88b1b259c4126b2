"""Pieces kept beside a draft until it leaves with them."""

import sqlalchemy as sa
from alembic import op

from app.db.sightlines import in_sight
from app.db.tenancy import guard

revision = "0054"
down_revision = "0050"
branch_labels = None
depends_on = None

_ONE = ["tenant_id", "ticket_id", "author", "kind", "sha256", "name"]


def upgrade() -> None:
    op.create_table(
        "draft_pieces",
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "ticket_id"],
            ["tickets.tenant_id", "tickets.id"],
            name=op.f("fk_draft_pieces_tenant_id_ticket_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_draft_pieces")),
        sa.UniqueConstraint(*_ONE, name=op.f("uq_draft_pieces_tenant_id_ticket_id_author_kind_sha256_name")),
    )
    op.create_index("ix_draft_pieces_added_at", "draft_pieces", ["tenant_id", "added_at"])
    op.create_index("ix_draft_pieces_content", "draft_pieces", ["tenant_id", "sha256"])
    guard("draft_pieces", may="SELECT, INSERT, DELETE")
    in_sight("draft_pieces", by="ticket_id")


def downgrade() -> None:
    op.drop_table("draft_pieces")
