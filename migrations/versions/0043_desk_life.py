"""Tags of requests, and links between them."""

import sqlalchemy as sa
from alembic import op

from app.db.sightlines import in_sight
from app.db.tenancy import guard

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _tags()
    _links()


def downgrade() -> None:
    for table in ("ticket_links", "ticket_tags", "tags"):
        op.drop_table(table)


def _tags() -> None:
    op.create_table(
        "tags",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("color", sa.Text(), nullable=False),
        sa.Column("archived_at", _INSTANT, nullable=True),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_tags")),
        sa.UniqueConstraint("tenant_id", "name_key", name=op.f("uq_tags_tenant_id_name_key")),
    )
    op.create_table(
        "ticket_tags",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("tag_id", sa.Uuid(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "ticket_id"],
            ["tickets.tenant_id", "tickets.id"],
            name=op.f("fk_ticket_tags_tenant_id_ticket_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "tag_id"], ["tags.tenant_id", "tags.id"], name=op.f("fk_ticket_tags_tenant_id_tag_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "ticket_id", "tag_id", name=op.f("pk_ticket_tags")),
    )
    op.create_index("ix_ticket_tags_tag", "ticket_tags", ["tenant_id", "tag_id", "ticket_id"])
    guard("tags", may="SELECT, INSERT, UPDATE")
    guard("ticket_tags", may="SELECT, INSERT, DELETE")
    in_sight("ticket_tags", by="ticket_id")


def _links() -> None:
    op.create_table(
        "ticket_links",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "source_id"],
            ["tickets.tenant_id", "tickets.id"],
            name=op.f("fk_ticket_links_tenant_id_source_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "target_id"],
            ["tickets.tenant_id", "tickets.id"],
            name=op.f("fk_ticket_links_tenant_id_target_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_ticket_links")),
        sa.UniqueConstraint(
            "tenant_id",
            "source_id",
            "target_id",
            "kind",
            name=op.f("uq_ticket_links_tenant_id_source_id_target_id_kind"),
        ),
    )
    op.create_index("ix_ticket_links_target", "ticket_links", ["tenant_id", "target_id", "id"])
    guard("ticket_links", may="SELECT, INSERT, DELETE")
    in_sight("ticket_links", by="source_id")
    in_sight("ticket_links", by="target_id", policy="other_in_sight")
