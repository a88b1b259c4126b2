"""Who may see what: a person's reach, confidential requests, and every row that hangs on them."""

import sqlalchemy as sa
from alembic import op

from app.db.sightlines import DROPPED, FUNCTIONS, in_sight, tickets_in_sight_without_loans

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

OF_TICKETS = (
    "duties",
    "letters",
    "messages",
    "outbound",
    "reply_tokens",
    "reply_windows",
    "report_forwards",
    "report_publications",
    "report_supports",
    "saisines",
)
BELOW = (
    ("alerts", "saisine_id", "saisines"),
    ("attachments", "message_id", "messages"),
    ("legal_events", "saisine_id", "saisines"),
    ("outbound_attempts", "outbound_id", "outbound"),
    ("recomputed", "saisine_id", "saisines"),
    ("ticket_moves", "source_id", "tickets"),
)
MAYBE = (
    ("chat_lines", "message_id", "messages"),
    ("delivery_updates", "outbound_id", "outbound"),
    ("event_keys", "message_id", "messages"),
    ("events", "ticket_id", "tickets"),
    ("message_parts", "message_id", "messages"),
    ("receptions", "ticket_id", "tickets"),
)
# Before teams and accounts were kept, any identifier was taken.
CLEAN = """
UPDATE tickets SET team_id = NULL WHERE team_id IS NOT NULL
AND NOT EXISTS (SELECT FROM teams t WHERE t.tenant_id = tickets.tenant_id AND t.id = tickets.team_id);
UPDATE tickets SET assignee_id = NULL WHERE assignee_id IS NOT NULL
AND NOT EXISTS (SELECT FROM users u WHERE u.tenant_id = tickets.tenant_id AND u.id = tickets.assignee_id);
"""


def upgrade() -> None:
    op.execute(FUNCTIONS)
    op.add_column("tickets", sa.Column("confidential_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("events", sa.Column("ticket_id", sa.Uuid(), nullable=True))
    op.create_index(
        "ix_tickets_confidential", "tickets", ["tenant_id", "id"], postgresql_where="confidential_at IS NOT NULL"
    )
    op.create_index(
        "ix_tickets_assignee",
        "tickets",
        ["tenant_id", "assignee_id", "last_activity_at", "id"],
        postgresql_where="assignee_id IS NOT NULL",
    )
    op.create_index(
        "ix_tickets_team",
        "tickets",
        ["tenant_id", "team_id", "last_activity_at", "id"],
        postgresql_where="team_id IS NOT NULL",
    )
    op.execute(CLEAN)
    for column, table in (("team_id", "teams"), ("assignee_id", "users")):
        op.create_foreign_key(
            f"fk_tickets_tenant_id_{column}", "tickets", table, ["tenant_id", column], ["tenant_id", "id"]
        )
    tickets_in_sight_without_loans()
    for table in OF_TICKETS:
        in_sight(table, by="ticket_id")
    for table, column, parent in BELOW:
        in_sight(table, by=column, of=parent)
    for table, column, parent in MAYBE:
        in_sight(table, by=column, of=parent, optional=True)


def downgrade() -> None:
    for table in ("tickets", *OF_TICKETS, *(name for name, _, _ in (*BELOW, *MAYBE))):
        op.execute(f"DROP POLICY in_sight ON {table}")
    for column in ("team_id", "assignee_id"):
        op.drop_constraint(f"fk_tickets_tenant_id_{column}", "tickets")
    for index in ("ix_tickets_team", "ix_tickets_assignee", "ix_tickets_confidential"):
        op.drop_index(index, "tickets")
    op.drop_column("events", "ticket_id")
    op.drop_column("tickets", "confidential_at")
    op.execute(DROPPED)
