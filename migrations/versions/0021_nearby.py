"""The same thing reported twice: where reports are, who said « moi aussi », and reports handed over to a partner."""

import sqlalchemy as sa
from alembic import op

from app.db.tenancy import guard

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The place stays where it was written; only messages that came in with one are indexed.
    op.create_index(
        "ix_messages_place",
        "messages",
        [
            "tenant_id",
            sa.text("((geo -> 'lat'::text)::double precision)"),
            sa.text("((geo -> 'lon'::text)::double precision)"),
        ],
        postgresql_where=sa.text(
            "direction = 'in'::text AND jsonb_typeof(geo -> 'lat'::text) = 'number'::text "
            "AND jsonb_typeof(geo -> 'lon'::text) = 'number'::text"
        ),
    )
    op.create_table(
        "report_supports",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("reception_id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "reception_id"],
            ["receptions.tenant_id", "receptions.id"],
            name=op.f("fk_report_supports_tenant_id_reception_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "ticket_id"],
            ["tickets.tenant_id", "tickets.id"],
            name=op.f("fk_report_supports_tenant_id_ticket_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "reception_id", name=op.f("pk_report_supports")),
    )
    op.create_index("ix_report_supports_ticket", "report_supports", ["tenant_id", "ticket_id"])
    guard("report_supports", may="SELECT, INSERT")
    _forwards()


def downgrade() -> None:
    op.drop_table("report_forwards")
    op.drop_table("report_supports")
    op.drop_index("ix_messages_place", "messages")


def _forwards() -> None:
    op.create_table(
        "report_forwards",
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("outbound_id", sa.Uuid(), nullable=False),
        sa.Column("service_code", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "ticket_id"],
            ["tickets.tenant_id", "tickets.id"],
            name=op.f("fk_report_forwards_tenant_id_ticket_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "channel_id"],
            ["channels.tenant_id", "channels.id"],
            name=op.f("fk_report_forwards_tenant_id_channel_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "outbound_id"],
            ["outbound.tenant_id", "outbound.id"],
            name=op.f("fk_report_forwards_tenant_id_outbound_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_report_forwards")),
        sa.UniqueConstraint("tenant_id", "outbound_id", name=op.f("uq_report_forwards_tenant_id_outbound_id")),
    )
    op.create_index("ix_report_forwards_ticket", "report_forwards", ["tenant_id", "ticket_id"])
    op.create_index("ix_report_forwards_number", "report_forwards", ["tenant_id", "channel_id", "number"])
    guard("report_forwards", may="SELECT, INSERT, UPDATE")
