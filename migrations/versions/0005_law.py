"""The legal face of a ticket."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.db.tenancy import guard

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saisines",
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("procedure", sa.Text(), nullable=True),
        sa.Column("regime", sa.Text(), nullable=False),
        sa.Column("delay", sa.Text(), nullable=True),
        sa.Column("qualified_by", sa.Text(), nullable=True),
        sa.Column("qualified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("qualified_reason", sa.Text(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("term_on", sa.Date(), nullable=True),
        sa.Column("alert_on", sa.Date(), nullable=True),
        sa.Column("wake_on", sa.Date(), nullable=True),
        sa.Column("risk", sa.Text(), nullable=False),
        sa.Column("reading", postgresql.JSONB(), nullable=False),
        sa.Column("rules_version", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "message_id"],
            ["messages.tenant_id", "messages.id"],
            name=op.f("fk_saisines_tenant_id_message_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "ticket_id"],
            ["tickets.tenant_id", "tickets.id"],
            name=op.f("fk_saisines_tenant_id_ticket_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_saisines")),
        sa.UniqueConstraint("tenant_id", "message_id", name=op.f("uq_saisines_tenant_id_message_id")),
    )
    op.create_index(
        "ix_saisines_alert",
        "saisines",
        ["tenant_id", "alert_on", "id"],
        unique=False,
        postgresql_where="closed_at IS NULL AND alert_on IS NOT NULL",
    )
    op.create_index("ix_saisines_ticket", "saisines", ["tenant_id", "ticket_id"], unique=False)
    op.create_index(
        "ix_saisines_wake", "saisines", ["tenant_id", "wake_on"], unique=False, postgresql_where="wake_on IS NOT NULL"
    )
    op.create_table(
        "legal_events",
        sa.Column("saisine_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("payload", postgresql.JSONB(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "saisine_id"],
            ["saisines.tenant_id", "saisines.id"],
            name=op.f("fk_legal_events_tenant_id_saisine_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_legal_events")),
    )
    op.create_index("ix_legal_events_saisine", "legal_events", ["tenant_id", "saisine_id", "id"], unique=False)
    op.create_table(
        "duties",
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outbound_id", sa.Uuid(), nullable=True),
        sa.Column("waived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waived_reason", sa.Text(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "message_id"],
            ["messages.tenant_id", "messages.id"],
            name=op.f("fk_duties_tenant_id_message_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "ticket_id"], ["tickets.tenant_id", "tickets.id"], name=op.f("fk_duties_tenant_id_ticket_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_duties")),
        sa.UniqueConstraint("tenant_id", "message_id", "kind", name=op.f("uq_duties_tenant_id_message_id_kind")),
    )
    op.create_index(
        "ix_duties_due",
        "duties",
        ["tenant_id", "due_on", "id"],
        unique=False,
        postgresql_where="done_at IS NULL AND waived_at IS NULL",
    )
    op.create_table(
        "alerts",
        sa.Column("saisine_id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("threshold", sa.Text(), nullable=False),
        sa.Column("alert_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by", sa.Text(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "saisine_id"],
            ["saisines.tenant_id", "saisines.id"],
            name=op.f("fk_alerts_tenant_id_saisine_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_alerts")),
        sa.UniqueConstraint(
            "tenant_id",
            "saisine_id",
            "threshold",
            "alert_on",
            name=op.f("uq_alerts_tenant_id_saisine_id_threshold_alert_on"),
        ),
    )
    op.create_index(
        "ix_alerts_open", "alerts", ["tenant_id", "id"], unique=False, postgresql_where="acknowledged_at IS NULL"
    )
    guard("saisines", may="SELECT, INSERT, UPDATE")
    guard("legal_events", may="SELECT, INSERT")
    guard("duties", may="SELECT, INSERT, UPDATE")
    guard("alerts", may="SELECT, INSERT, UPDATE")


def downgrade() -> None:
    op.drop_table("alerts")
    op.drop_table("duties")
    op.drop_table("legal_events")
    op.drop_table("saisines")
