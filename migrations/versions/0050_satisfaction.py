"""The satisfaction question: what an administration chose of it, each question with its answer.

Requests are found by when they were closed, so that a round looks at what has come due and at nothing else.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.db.sightlines import in_sight
from app.db.tenancy import guard

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
_GRADES = "grade IN ('very_satisfied', 'satisfied', 'mixed', 'dissatisfied', 'very_dissatisfied')"


def upgrade() -> None:
    # First, since it commits by itself: a run cut off in the middle begins again from here.
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_tickets_closed")
        op.execute(
            "CREATE INDEX CONCURRENTLY ix_tickets_closed ON tickets (tenant_id, closed_at, id) "
            "WHERE closed_at IS NOT NULL"
        )
    _settings()
    _questions()


def downgrade() -> None:
    op.execute("DROP INDEX ix_tickets_closed")
    for table in ("satisfaction_questions", "satisfaction_settings"):
        op.drop_table(table)


def _settings() -> None:
    op.create_table(
        "satisfaction_settings",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("asked", sa.Boolean(), nullable=False),
        sa.Column("delay_hours", sa.BigInteger(), nullable=False),
        sa.Column("ways", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("rest_days", sa.BigInteger(), nullable=False),
        sa.Column("looked_at", _INSTANT, nullable=False),
        sa.Column("looked_id", sa.Uuid(), nullable=False),
        sa.Column("updated_at", _INSTANT, nullable=False),
        sa.Column("updated_by", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_satisfaction_settings_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("pk_satisfaction_settings")),
    )
    guard("satisfaction_settings", may="SELECT, INSERT, UPDATE")


def _questions() -> None:
    table = "satisfaction_questions"
    op.create_table(
        table,
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("point_id", sa.Uuid(), nullable=True),
        sa.Column("outbound_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", _INSTANT, nullable=False),
        sa.Column("expires_at", _INSTANT, nullable=False),
        sa.Column("grade", sa.Text(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("answered_at", _INSTANT, nullable=True),
        sa.Column("changed_at", _INSTANT, nullable=True),
        sa.Column("refused_at", _INSTANT, nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(_GRADES, name=op.f("ck_satisfaction_questions_grade")),
        sa.CheckConstraint("(grade IS NULL) = (answered_at IS NULL)", name=op.f("ck_satisfaction_questions_answered")),
        *(
            sa.ForeignKeyConstraint(
                ["tenant_id", column],
                [f"{other}.tenant_id", f"{other}.id"],
                name=op.f(f"fk_satisfaction_questions_tenant_id_{column}"),
            )
            for column, other in (("ticket_id", "tickets"), ("point_id", "contact_points"), ("outbound_id", "outbound"))
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_satisfaction_questions")),
        sa.UniqueConstraint("tenant_id", "ticket_id", name=op.f("uq_satisfaction_questions_tenant_id_ticket_id")),
    )
    op.create_index("ix_satisfaction_questions_asked", table, ["tenant_id", "asked_at", "id"])
    op.create_index(
        "ix_satisfaction_questions_grade",
        table,
        ["tenant_id", "grade", "asked_at", "id"],
        postgresql_where=sa.text("grade IS NOT NULL"),
    )
    op.create_index(
        "ix_satisfaction_questions_point",
        table,
        ["tenant_id", "point_id", "asked_at"],
        postgresql_where=sa.text("point_id IS NOT NULL"),
    )
    guard(table, may="SELECT, INSERT, UPDATE")
    in_sight(table, by="ticket_id")
