"""Saved views of the list, and drafts kept on the server."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.db.sightlines import in_sight
from app.db.tenancy import guard

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _views()
    _drafts()


def downgrade() -> None:
    for table in ("drafts", "saved_views"):
        op.drop_table(table)


def _views() -> None:
    op.create_table(
        "saved_views",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=True),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("filter", postgresql.JSONB(), nullable=False),
        sa.Column("columns", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("sort", sa.Text(), nullable=False),
        sa.Column("rank", sa.BigInteger(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "team_id"], ["teams.tenant_id", "teams.id"], name=op.f("fk_saved_views_tenant_id_team_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_saved_views")),
    )
    op.create_index("ix_saved_views_rank", "saved_views", ["tenant_id", "rank", "id"])
    guard("saved_views", may="SELECT, INSERT, UPDATE, DELETE")


def _drafts() -> None:
    op.create_table(
        "drafts",
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("begun_at", _INSTANT, nullable=False),
        sa.Column("changed_at", _INSTANT, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "ticket_id"], ["tickets.tenant_id", "tickets.id"], name=op.f("fk_drafts_tenant_id_ticket_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_drafts")),
        sa.UniqueConstraint(
            "tenant_id", "ticket_id", "author", "kind", name=op.f("uq_drafts_tenant_id_ticket_id_author_kind")
        ),
    )
    op.create_index("ix_drafts_changed_at", "drafts", ["tenant_id", "changed_at"])
    guard("drafts", may="SELECT, INSERT, UPDATE, DELETE")
    in_sight("drafts", by="ticket_id")
