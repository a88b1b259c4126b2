"""Whom to tell of terms, the mails to agents, until when one may answer, and when the watch last went round."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.db.tenancy import guard

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


# One statement for the pulse of the whole house. It goes from one administration to the next under their own policies:
# no right is added to the role that runs it, and what it returns holds dates alone.
_PULSE = """
CREATE FUNCTION watch_pulse() RETURNS TABLE (
    tenant_id uuid, ended_at timestamptz, ever boolean, oldest_due_on date, time_zone text
)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE before text := current_setting('app.tenant', true);
BEGIN
    FOR tenant_id IN SELECT d.id FROM tenant_directory() d LOOP
        PERFORM set_config('app.tenant', tenant_id::text, true);
        SELECT COALESCE(r.ended_at, t.created_at), r.ended_at IS NOT NULL, t.time_zone,
               (SELECT min(s.wake_on) FROM saisines s WHERE s.tenant_id = t.id AND s.wake_on IS NOT NULL)
        INTO ended_at, ever, time_zone, oldest_due_on
        FROM tenants t LEFT JOIN watch_rounds r ON r.tenant_id = t.id AND r.name = 'watch'
        WHERE t.id = watch_pulse.tenant_id;
        RETURN NEXT;
    END LOOP;
    PERFORM set_config('app.tenant', COALESCE(before, ''), true);
END $$;
REVOKE ALL ON FUNCTION watch_pulse() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION watch_pulse() TO parvis_app;
"""
# Every open clock is looked at once more: the days on which somebody is warned are now working days, hence earlier.
# An acknowledgement's alert now names the day it is due, whatever becomes of the term.
_LOOK_AGAIN = """
DO $$ DECLARE tenant uuid; BEGIN
    FOR tenant IN SELECT id FROM tenants LOOP
        PERFORM set_config('app.tenant', tenant::text, true);
        UPDATE saisines SET wake_on = received_on WHERE tenant_id = tenant AND wake_on IS NOT NULL;
        UPDATE alerts a SET alert_on = due_on WHERE tenant_id = tenant
        AND threshold IN ('aee_due', 'are_due', 'review_by') AND NOT EXISTS (
            SELECT FROM alerts o WHERE o.tenant_id = a.tenant_id AND o.saisine_id = a.saisine_id
            AND o.threshold = a.threshold AND o.id < a.id);
    END LOOP;
    PERFORM set_config('app.tenant', '', true);
END $$;
"""


def upgrade() -> None:
    op.add_column("alerts", sa.Column("because", sa.Text(), nullable=False, server_default=""))
    op.alter_column("alerts", "because", server_default=None)
    op.add_column("alerts", sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_alerts_to_escalate",
        "alerts",
        ["tenant_id", "raised_at"],
        postgresql_where=sa.text("acknowledged_at IS NULL AND escalated_at IS NULL"),
    )
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
    op.create_table(
        "reply_windows",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("warn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "ticket_id"],
            ["tickets.tenant_id", "tickets.id"],
            name=op.f("fk_reply_windows_tenant_id_ticket_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "ticket_id", name=op.f("pk_reply_windows")),
    )
    op.create_index(
        "ix_reply_windows_due",
        "reply_windows",
        ["tenant_id", "warn_at"],
        postgresql_where=sa.text("warn_at IS NOT NULL"),
    )
    guard("reply_windows", may="SELECT, INSERT, UPDATE")
    op.execute(_PULSE)
    op.execute(_LOOK_AGAIN)


def downgrade() -> None:
    op.execute("DROP FUNCTION watch_pulse()")
    op.drop_table("reply_windows")
    op.drop_table("notices")
    op.drop_table("watch_rounds")
    op.drop_table("watch_settings")
    op.drop_index("ix_alerts_to_escalate", "alerts")
    op.drop_column("alerts", "closes_at")
    op.drop_column("alerts", "because")
