"""Calls and delivery slips are hidden with the request they hang on."""

from alembic import op

from app.db.sightlines import in_sight

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    in_sight("letter_deliveries", by="letter_id", of="letters")
    in_sight("calls", by="ticket_id", optional=True)


def downgrade() -> None:
    op.execute("DROP POLICY in_sight ON calls")
    op.execute("DROP POLICY in_sight ON letter_deliveries")
