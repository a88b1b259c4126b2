"""Acts over many requests; requests set aside; what people follow and are told."""

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
    _followers()
    _notifications()
    _wishes()


def downgrade() -> None:
    for table in ("notification_wishes", "notifications", "ticket_followers"):
        op.drop_table(table)
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


def _of(table: str, column: str, parent: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column], [f"{parent}.tenant_id", f"{parent}.id"], name=op.f(f"fk_{table}_tenant_id_{column}")
    )


def _followers() -> None:
    op.create_table(
        "ticket_followers",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("since_at", _INSTANT, nullable=False),
        _of("ticket_followers", "ticket_id", "tickets"),
        _of("ticket_followers", "user_id", "users"),
        sa.PrimaryKeyConstraint("tenant_id", "ticket_id", "user_id", name=op.f("pk_ticket_followers")),
    )
    op.create_index("ix_ticket_followers_user", "ticket_followers", ["tenant_id", "user_id"])
    guard("ticket_followers", may="SELECT, INSERT, DELETE")
    in_sight("ticket_followers", by="ticket_id")


def _notifications() -> None:
    op.create_table(
        "notifications",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("read_at", _INSTANT, nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        _of("notifications", "ticket_id", "tickets"),
        _of("notifications", "user_id", "users"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_notifications")),
    )
    for name, columns, where in (
        ("ix_notifications_user", ["tenant_id", "user_id", "id"], None),
        ("ix_notifications_unread", ["tenant_id", "user_id", "id"], "read_at IS NULL"),
        ("ix_notifications_ticket", ["tenant_id", "ticket_id"], None),
        ("ix_notifications_at", ["tenant_id", "at"], None),
    ):
        op.create_index(name, "notifications", columns, postgresql_where=sa.text(where) if where else None)
    op.create_index(
        "uq_notifications_message",
        "notifications",
        ["tenant_id", "user_id", "message_id"],
        unique=True,
        postgresql_where=sa.text("message_id IS NOT NULL"),
    )
    guard("notifications", may="SELECT, INSERT, UPDATE, DELETE")
    in_sight("notifications", by="ticket_id")


def _wishes() -> None:
    op.create_table(
        "notification_wishes",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("follow_assigned", sa.Boolean(), nullable=False),
        sa.Column("follow_mentioned", sa.Boolean(), nullable=False),
        sa.Column("muted", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        _of("notification_wishes", "user_id", "users"),
        sa.PrimaryKeyConstraint("tenant_id", "user_id", name=op.f("pk_notification_wishes")),
    )
    guard("notification_wishes", may="SELECT, INSERT, UPDATE")
