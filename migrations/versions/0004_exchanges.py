"""What arrives and what leaves."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.db.tenancy import guard

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "receptions",
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("door", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("headers", postgresql.JSONB(), nullable=False),
        sa.Column("envelope", postgresql.JSONB(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("remote", sa.Text(), nullable=True),
        sa.Column("verified", sa.Boolean(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("provider_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("processed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=True),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "channel_id"],
            ["channels.tenant_id", "channels.id"],
            name=op.f("fk_receptions_tenant_id_channel_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_receptions")),
    )
    op.create_index("ix_receptions_channel", "receptions", ["tenant_id", "channel_id", "id"], unique=False)
    op.create_index(
        "ix_receptions_due",
        "receptions",
        ["tenant_id", "next_attempt_at"],
        unique=False,
        postgresql_where="state = 'queued'",
    )
    op.create_index(
        "ix_receptions_held", "receptions", ["tenant_id", "id"], unique=False, postgresql_where="state = 'held'"
    )
    op.create_table(
        "event_keys",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("event_key", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("reception_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "channel_id"],
            ["channels.tenant_id", "channels.id"],
            name=op.f("fk_event_keys_tenant_id_channel_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "channel_id", "event_key", name=op.f("pk_event_keys")),
    )
    op.create_table(
        "outbound",
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("recipient_address", sa.Text(), nullable=False),
        sa.Column("recipient", postgresql.JSONB(), nullable=False),
        sa.Column("request", postgresql.JSONB(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("status_rank", sa.BigInteger(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("give_up_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "channel_id"],
            ["channels.tenant_id", "channels.id"],
            name=op.f("fk_outbound_tenant_id_channel_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "message_id"],
            ["messages.tenant_id", "messages.id"],
            name=op.f("fk_outbound_tenant_id_message_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "ticket_id"],
            ["tickets.tenant_id", "tickets.id"],
            name=op.f("fk_outbound_tenant_id_ticket_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_outbound")),
    )
    op.create_index(
        "ix_outbound_due",
        "outbound",
        ["tenant_id", "next_attempt_at"],
        unique=False,
        postgresql_where="state IN ('frozen', 'sending')",
    )
    op.create_index(
        "ix_outbound_provider",
        "outbound",
        ["tenant_id", "channel_id", "external_id"],
        unique=False,
        postgresql_where="external_id IS NOT NULL",
    )
    op.create_index("ix_outbound_recipient", "outbound", ["tenant_id", "recipient_address", "frozen_at"], unique=False)
    op.create_index("ix_outbound_ticket", "outbound", ["tenant_id", "ticket_id"], unique=False)
    op.create_index(
        "ix_outbound_trouble",
        "outbound",
        ["tenant_id", "id"],
        unique=False,
        postgresql_where="state IN ('unknown', 'failed', 'bounced')",
    )
    op.create_table(
        "outbound_attempts",
        sa.Column("outbound_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "outbound_id"],
            ["outbound.tenant_id", "outbound.id"],
            name=op.f("fk_outbound_attempts_tenant_id_outbound_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_outbound_attempts")),
    )
    op.create_index(
        "ix_outbound_attempts_outbound", "outbound_attempts", ["tenant_id", "outbound_id", "number"], unique=False
    )
    op.create_table(
        "delivery_updates",
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("reception_id", sa.Uuid(), nullable=False),
        sa.Column("reports_on", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outbound_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "channel_id"],
            ["channels.tenant_id", "channels.id"],
            name=op.f("fk_delivery_updates_tenant_id_channel_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_delivery_updates")),
    )
    op.create_index(
        "ix_delivery_updates_subject", "delivery_updates", ["tenant_id", "channel_id", "reports_on"], unique=False
    )
    guard(
        "receptions",
        may="SELECT, INSERT, UPDATE (verified, claimed_at, provider_at, processed_at, state, reason, attempts, next_attempt_at, ticket_id, message_id)",
    )
    guard("event_keys", may="SELECT, INSERT, UPDATE (message_id)")
    guard(
        "outbound",
        may="SELECT, INSERT, UPDATE (state, status_rank, external_id, attempts, next_attempt_at, lease_until, detail, give_up_at, settled_at, version)",
    )
    guard("outbound_attempts", may="SELECT, INSERT, UPDATE (ended_at, outcome, detail)")
    guard("delivery_updates", may="SELECT, INSERT, UPDATE (outbound_id)")


def downgrade() -> None:
    op.drop_table("delivery_updates")
    op.drop_table("outbound_attempts")
    op.drop_table("outbound")
    op.drop_table("event_keys")
    op.drop_table("receptions")
