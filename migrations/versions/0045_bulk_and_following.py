"""Acts over many requests; requests set aside."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.db.sightlines import in_sight
from app.db.tenancy import guard

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _snoozes()  # first: it leaves the transaction, and may be done again
    _bulk_acts()
    _bulk_items()


def downgrade() -> None:
    op.drop_index("ix_tickets_snoozed", "tickets")
    for column in ("snoozed_until_at", "snoozed_at"):
        op.drop_column("tickets", column)
    for table in ("bulk_items", "bulk_acts"):
        op.drop_table(table)


def _bulk_acts() -> None:
    op.create_table(
        "bulk_acts",
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("holder_name", sa.Text(), nullable=False),
        sa.Column("act", postgresql.JSONB(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        *(
            sa.Column(name, sa.BigInteger(), nullable=False)
            for name in ("total", "unseen", "changed", "unchanged", "refused", "undone", "kept")
        ),
        sa.Column("begun_at", _INSTANT, nullable=False),
        sa.Column("beat_at", _INSTANT, nullable=False),
        sa.Column("ended_at", _INSTANT, nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_bulk_acts_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_bulk_acts")),
    )
    op.create_index("ix_bulk_acts_holder", "bulk_acts", ["tenant_id", "holder", "id"])
    op.create_index(
        "ix_bulk_acts_at_work",
        "bulk_acts",
        ["tenant_id", "id"],
        postgresql_where=sa.text("state IN ('running', 'undoing')"),
    )
    guard("bulk_acts", may="SELECT, INSERT, UPDATE, DELETE")


def _bulk_items() -> None:
    op.create_table(
        "bulk_items",
        sa.Column("bulk_id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("before", postgresql.JSONB(), nullable=True),
        sa.Column("after", postgresql.JSONB(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "bulk_id"],
            ["bulk_acts.tenant_id", "bulk_acts.id"],
            name=op.f("fk_bulk_items_tenant_id_bulk_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "ticket_id"],
            ["tickets.tenant_id", "tickets.id"],
            name=op.f("fk_bulk_items_tenant_id_ticket_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_bulk_items")),
        sa.UniqueConstraint(
            "tenant_id", "bulk_id", "ticket_id", name=op.f("uq_bulk_items_tenant_id_bulk_id_ticket_id")
        ),
    )
    op.create_index("ix_bulk_items_turn", "bulk_items", ["tenant_id", "bulk_id", "id"])
    op.create_index("ix_bulk_items_ticket", "bulk_items", ["tenant_id", "ticket_id"])
    guard("bulk_items", may="SELECT, INSERT, UPDATE, DELETE")
    in_sight("bulk_items", by="ticket_id")


def _snoozes() -> None:
    for column in ("snoozed_at", "snoozed_until_at"):
        op.add_column("tickets", sa.Column(column, _INSTANT, nullable=True), if_not_exists=True)
    with op.get_context().autocommit_block():  # a table in use is not held while its index is built
        op.create_index(
            "ix_tickets_snoozed",
            "tickets",
            ["tenant_id", "id"],
            postgresql_where=sa.text("snoozed_at IS NOT NULL"),
            postgresql_concurrently=True,
            if_not_exists=True,
        )
