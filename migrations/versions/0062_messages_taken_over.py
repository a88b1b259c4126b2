"""Messages a former tool noted are found by the name of the mail that may be their original.

A form mailer gives one Message-ID to all it sends: those received here are no longer read each time one more comes in.
"""

from alembic import op

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A table in use is not held while its index is built; a run cut off in the middle begins again from here.
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_messages_taken_over")
        op.execute(
            "CREATE INDEX CONCURRENTLY ix_messages_taken_over ON messages "
            "(tenant_id, channel_id, external_id, point_id, received_at, id) "
            "WHERE direction = 'in' AND reception_id IS NULL AND jsonb_exists(fields, 'imported')"
        )


def downgrade() -> None:
    op.execute("DROP INDEX ix_messages_taken_over")
