"""What is known of a channel's health, and pieces still to be fetched."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.db.tenancy import guard

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
_HEALTH = (
    ("check_state", sa.Text()),
    ("check_said", postgresql.JSONB()),
    ("checked_at", _INSTANT),
    ("check_at", _INSTANT),
    ("credentials_expire_at", _INSTANT),
    ("expiry_told", sa.BigInteger()),
    ("silent_since", _INSTANT),
    ("removed_at", _INSTANT),
)
_FETCH = (
    ("fetch_state", sa.Text()),
    ("fetch_attempts", sa.BigInteger()),
    ("next_attempt_at", _INSTANT),
    ("fetch_problem", sa.Text()),
)


def upgrade() -> None:
    for name, kind in _HEALTH:
        op.add_column("channels", sa.Column(name, kind, nullable=True))
    for name, kind in _FETCH:
        op.add_column("attachments", sa.Column(name, kind, nullable=True))
    op.create_index(
        "ix_channels_check", "channels", ["tenant_id", "check_at"], postgresql_where=sa.text("check_at IS NOT NULL")
    )
    op.create_index(
        "ix_attachments_due",
        "attachments",
        ["tenant_id", "next_attempt_at"],
        postgresql_where=sa.text("fetch_state = 'waiting'"),
    )
    # What providers still hold is asked for at the next round. Row-level security is forced on the owner too.
    op.execute("ALTER TABLE attachments NO FORCE ROW LEVEL SECURITY")
    op.execute(
        "UPDATE attachments SET fetch_state = 'waiting', fetch_attempts = 0, next_attempt_at = now() "
        "WHERE sha256 IS NULL AND source IS NOT NULL"
    )
    op.execute("ALTER TABLE attachments FORCE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE channels NO FORCE ROW LEVEL SECURITY")
    op.execute("UPDATE channels SET check_at = now()")
    op.execute("ALTER TABLE channels FORCE ROW LEVEL SECURITY")
    op.create_table(
        "channel_hours",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("hour_at", _INSTANT, nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "channel_id"],
            ["channels.tenant_id", "channels.id"],
            name=op.f("fk_channel_hours_tenant_id_channel_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "channel_id", "hour_at", name=op.f("pk_channel_hours")),
    )
    guard("channel_hours", may="SELECT, INSERT, UPDATE, DELETE")


def downgrade() -> None:
    op.drop_table("channel_hours")
    op.drop_index("ix_attachments_due", "attachments")
    op.drop_index("ix_channels_check", "channels")
    for name, _ in reversed(_FETCH):
        op.drop_column("attachments", name)
    for name, _ in reversed(_HEALTH):
        op.drop_column("channels", name)
