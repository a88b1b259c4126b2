"""Whom to tell of terms, the mails to agents, and when the watch last went round."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.db.tenancy import guard

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "watch_settings",
        sa.Column("digest_to", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("digest_hour", sa.BigInteger(), nullable=False),
        sa.Column("escalate_to", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("escalate_after", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_watch_settings_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("pk_watch_settings")),
    )
    guard("watch_settings", may="SELECT, INSERT, UPDATE")
    op.create_table(
        "watch_rounds",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_late_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "name", name=op.f("pk_watch_rounds")),
    )
    guard("watch_rounds", may="SELECT, INSERT, UPDATE")
    op.create_table(
        "notices",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_key", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("detail", postgresql.JSONB(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_notices_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_notices")),
        sa.UniqueConstraint(
            "tenant_id",
            "kind",
            "subject_key",
            "recipient",
            name=op.f("uq_notices_tenant_id_kind_subject_key_recipient"),
        ),
    )
    op.create_index(
        "ix_notices_due", "notices", ["tenant_id", "next_attempt_at"], postgresql_where=sa.text("state = 'due'")
    )
    guard("notices", may="SELECT, INSERT, UPDATE")


def downgrade() -> None:
    op.drop_table("notices")
    op.drop_table("watch_rounds")
    op.drop_table("watch_settings")
