"""What is asked of reports by the sending they speak of, and of keys by the delivery they came in, has an index."""

from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_delivery_updates_outbound",
        "delivery_updates",
        ["tenant_id", "outbound_id"],
        postgresql_where="outbound_id IS NOT NULL",
    )
    op.create_index("ix_event_keys_reception", "event_keys", ["tenant_id", "reception_id"])


def downgrade() -> None:
    op.drop_index("ix_event_keys_reception", table_name="event_keys")
    op.drop_index("ix_delivery_updates_outbound", table_name="delivery_updates")
