"""Automations: an administration's rules, how far they have read what happened, and what each did."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.db.sightlines import in_sight
from app.db.tenancy import guard

revision = "0056"
down_revision = "0054"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _rules()
    _places()
    _runs()


def downgrade() -> None:
    for table in ("automation_runs", "automation_places", "automations"):
        op.drop_table(table)


def _rules() -> None:
    op.create_table(
        "automations",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("rank", sa.BigInteger(), nullable=False),
        sa.Column("trigger", sa.Text(), nullable=False),
        sa.Column("delay", sa.BigInteger(), nullable=True),
        sa.Column("filter", postgresql.JSONB(), nullable=False),
        sa.Column("acts", postgresql.JSONB(), nullable=False),
        sa.Column("enabled_at", _INSTANT, nullable=False),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.Column("stopped_at", _INSTANT, nullable=True),
        sa.Column("stopped_code", sa.Text(), nullable=True),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_automations_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_automations")),
    )
    op.create_index("ix_automations_rank", "automations", ["tenant_id", "rank", "id"])
    guard("automations", may="SELECT, INSERT, UPDATE, DELETE")


def _places() -> None:
    op.create_table(
        "automation_places",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("position_xid", sa.BigInteger(), nullable=False),
        sa.Column("position_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_automation_places_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("pk_automation_places")),
    )
    guard("automation_places", may="SELECT, INSERT, UPDATE")


def _runs() -> None:
    table = "automation_runs"
    op.create_table(
        table,
        sa.Column("automation_id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("acts", postgresql.JSONB(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "automation_id"],
            ["automations.tenant_id", "automations.id"],
            name=op.f("fk_automation_runs_tenant_id_automation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "ticket_id"],
            ["tickets.tenant_id", "tickets.id"],
            name=op.f("fk_automation_runs_tenant_id_ticket_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_automation_runs")),
        sa.UniqueConstraint(
            "tenant_id",
            "automation_id",
            "ticket_id",
            "cause",
            name=op.f("uq_automation_runs_tenant_id_automation_id_ticket_id_cause"),
        ),
    )
    op.create_index("ix_automation_runs_automation", table, ["tenant_id", "automation_id", "id"])
    op.create_index("ix_automation_runs_ticket", table, ["tenant_id", "ticket_id"])
    op.create_index("ix_automation_runs_at", table, ["tenant_id", "at"])
    guard(table, may="SELECT, INSERT, DELETE")
    in_sight(table, by="ticket_id")
