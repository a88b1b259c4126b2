"""Connections kept open, and what scans say."""

import sqlalchemy as sa
from alembic import op

from app.db.tenancy import guard

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
# Who holds the connection of a channel, until when, and how it fares.
_STREAM = (
    ("stream_holder", sa.Uuid()),
    ("stream_until", _INSTANT),
    ("stream_since", _INSTANT),
    ("stream_event_at", _INSTANT),
    ("stream_retry_at", _INSTANT),
)


def upgrade() -> None:
    for name, kind in _STREAM:
        op.add_column("channels", sa.Column(name, kind, nullable=True))
    op.create_table(
        "calls",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Text(), nullable=False),
        sa.Column("incoming", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("caller", sa.Text(), nullable=True),
        sa.Column("called", sa.Text(), nullable=True),
        sa.Column("began_at", _INSTANT, nullable=True),
        sa.Column("ended_at", _INSTANT, nullable=True),
        sa.Column("duration_s", sa.BigInteger(), nullable=True),
        sa.Column("wait_s", sa.BigInteger(), nullable=True),
        sa.Column("talk_s", sa.BigInteger(), nullable=True),
        sa.Column("queue", sa.Text(), nullable=True),
        sa.Column("agent", sa.Text(), nullable=True),
        sa.Column("reception_id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=True),
        sa.Column("received_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "channel_id"],
            ["channels.tenant_id", "channels.id"],
            name=op.f("fk_calls_tenant_id_channel_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "ticket_id"], ["tickets.tenant_id", "tickets.id"], name=op.f("fk_calls_tenant_id_ticket_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_calls")),
        sa.UniqueConstraint("tenant_id", "channel_id", "call_id", name=op.f("uq_calls_tenant_id_channel_id_call_id")),
    )
    op.create_index("ix_calls_channel", "calls", ["tenant_id", "channel_id", "id"])
    guard("calls", may="SELECT, INSERT, UPDATE, DELETE")
    op.create_table(
        "letter_deliveries",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("letter_id", sa.Uuid(), nullable=False),
        sa.Column("tracking", sa.Text(), nullable=True),
        sa.Column("first_presented_on", sa.Date(), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("slip_sha256", sa.Text(), nullable=True),
        sa.Column("event_id", sa.Uuid(), nullable=True),
        sa.Column("noted_at", _INSTANT, nullable=True),
        sa.Column("noted_by", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "letter_id"],
            ["letters.tenant_id", "letters.id"],
            name=op.f("fk_letter_deliveries_tenant_id_letter_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "letter_id", name=op.f("pk_letter_deliveries")),
    )
    guard("letter_deliveries", may="SELECT, INSERT, UPDATE")


def downgrade() -> None:
    op.drop_table("letter_deliveries")
    op.drop_table("calls")
    for name, _ in reversed(_STREAM):
        op.drop_column("channels", name)
