"""Tokens of mailboxes, what bounces say, and machines that answer us."""

import sqlalchemy as sa
from alembic import op

from app.db.tenancy import APP_ROLE, guard

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "channel_tokens",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("grant_digest", sa.Text(), nullable=False),
        sa.Column("channel_version", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("obtained_at", _INSTANT, nullable=True),
        sa.Column("ends_at", _INSTANT, nullable=True),
        sa.Column("taken_until", _INSTANT, nullable=True),
        sa.Column("not_before", _INSTANT, nullable=True),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "channel_id"],
            ["channels.tenant_id", "channels.id"],
            name=op.f("fk_channel_tokens_tenant_id_channel_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "channel_id", name=op.f("pk_channel_tokens")),
    )
    guard("channel_tokens", may="SELECT, INSERT, UPDATE, DELETE")
    op.create_table(
        "mail_loops",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("address_digest", sa.Text(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("weight", sa.BigInteger(), nullable=False),
        sa.Column("since_at", _INSTANT, nullable=False),
        sa.Column("last_at", _INSTANT, nullable=False),
        sa.Column("told_at", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "channel_id"],
            ["channels.tenant_id", "channels.id"],
            name=op.f("fk_mail_loops_tenant_id_channel_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "address_digest", name=op.f("pk_mail_loops")),
    )
    guard("mail_loops", may="SELECT, INSERT, UPDATE, DELETE")
    op.add_column("outbound", sa.Column("delayed_at", _INSTANT, nullable=True))
    op.add_column("outbound", sa.Column("report_code", sa.Text(), nullable=True))
    op.execute(f"GRANT UPDATE (delayed_at, report_code) ON outbound TO {APP_ROLE}")


def downgrade() -> None:
    op.drop_column("outbound", "report_code")
    op.drop_column("outbound", "delayed_at")
    op.drop_table("mail_loops")
    op.drop_table("channel_tokens")
