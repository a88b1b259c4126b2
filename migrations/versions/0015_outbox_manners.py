"""Priorities, parts and names of what leaves; what holds departures back; parts of long SMS that wait for each other."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.db.tenancy import APP_ROLE, guard

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_COUNTS = ("priority", "parts_sent", "asked")
_FROZEN = sa.text("state = 'frozen'")
_NAMED = sa.text("names IS NOT NULL")


def upgrade() -> None:
    for name in _COUNTS:
        op.add_column("outbound", sa.Column(name, sa.BigInteger(), nullable=False, server_default=sa.text("0")))
        op.alter_column("outbound", name, server_default=None)
    op.add_column("outbound", sa.Column("names", postgresql.ARRAY(sa.Text()), nullable=True))
    op.execute(f"GRANT UPDATE (names, parts_sent, asked) ON outbound TO {APP_ROLE}")
    # Row-level security is forced on the owner too: he would change nothing.
    op.execute("ALTER TABLE outbound NO FORCE ROW LEVEL SECURITY")
    op.execute("UPDATE outbound SET priority = CASE purpose WHEN 'reply' THEN 1 ELSE 2 END")
    op.execute("ALTER TABLE outbound FORCE ROW LEVEL SECURITY")
    op.create_index(
        "ix_outbound_lane",
        "outbound",
        ["tenant_id", "channel_id", "priority", "next_attempt_at"],
        postgresql_where=_FROZEN,
    )
    op.create_index("ix_outbound_names", "outbound", ["names"], postgresql_using="gin", postgresql_where=_NAMED)
    op.drop_index("ix_outbound_due", "outbound")
    _due("state IN ('frozen', 'sending', 'unknown')")
    op.create_table(
        "outgoing_lanes",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("openings", sa.BigInteger(), nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("free_at", sa.DateTime(timezone=True), nullable=True),
        _of_channel("outgoing_lanes"),
        sa.PrimaryKeyConstraint("tenant_id", "channel_id", name=op.f("pk_outgoing_lanes")),
    )
    guard("outgoing_lanes", may="SELECT, INSERT, UPDATE")
    op.create_table(
        "recipient_paces",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("free_at", sa.DateTime(timezone=True), nullable=False),
        _of_channel("recipient_paces"),
        sa.PrimaryKeyConstraint("tenant_id", "channel_id", "recipient", name=op.f("pk_recipient_paces")),
    )
    op.create_index("ix_recipient_paces_free", "recipient_paces", ["tenant_id", "free_at"])
    guard("recipient_paces", may="SELECT, INSERT, UPDATE, DELETE")
    _parts()


def _parts() -> None:
    op.create_table(
        "message_parts",
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("group_key", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("reception_id", sa.Uuid(), nullable=False),
        sa.Column("event_key", sa.Text(), nullable=False),
        sa.Column("event", postgresql.JSONB(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        _of_channel("message_parts"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "reception_id"],
            ["receptions.tenant_id", "receptions.id"],
            name=op.f("fk_message_parts_tenant_id_reception_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_message_parts")),
    )
    op.create_index(
        "ix_message_parts_waiting",
        "message_parts",
        ["tenant_id", "channel_id", "group_key"],
        postgresql_where=sa.text("message_id IS NULL"),
    )
    op.create_index("ix_message_parts_reception", "message_parts", ["tenant_id", "reception_id"])
    guard("message_parts", may="SELECT, INSERT, UPDATE")


def downgrade() -> None:
    op.drop_table("message_parts")
    op.drop_table("recipient_paces")
    op.drop_table("outgoing_lanes")
    op.drop_index("ix_outbound_due", "outbound")
    _due("state IN ('frozen', 'sending')")
    op.drop_index("ix_outbound_names", "outbound")
    op.drop_index("ix_outbound_lane", "outbound")
    for name in ("names", *_COUNTS):
        op.drop_column("outbound", name)


def _due(where: str) -> None:
    op.create_index("ix_outbound_due", "outbound", ["tenant_id", "next_attempt_at"], postgresql_where=sa.text(where))


def _of_channel(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", "channel_id"],
        ["channels.tenant_id", "channels.id"],
        name=op.f(f"fk_{table}_tenant_id_channel_id"),
    )
