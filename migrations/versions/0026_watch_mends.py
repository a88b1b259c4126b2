"""What a digest told is marked; merged tickets are found from the one they live on in."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

# Row-level security is forced on the owner too: town by town. What the last digest told, or could have, is not told again.
_TOLD = """
DO $$ DECLARE tenant uuid; BEGIN
    FOR tenant IN SELECT id FROM tenants LOOP
        PERFORM set_config('app.tenant', tenant::text, true);
        UPDATE alerts a SET digested_at = r.ended_at FROM watch_rounds r
        WHERE a.tenant_id = tenant AND r.tenant_id = tenant AND r.name = 'digest' AND a.raised_at <= r.ended_at;
    END LOOP;
    PERFORM set_config('app.tenant', '', true);
END $$;
"""


def upgrade() -> None:
    op.add_column("alerts", sa.Column("digested_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(_TOLD)
    op.create_index(
        "ix_alerts_to_tell",
        "alerts",
        ["tenant_id", "id"],
        postgresql_where=sa.text("acknowledged_at IS NULL AND digested_at IS NULL"),
    )
    op.create_index(
        "ix_tickets_merged",
        "tickets",
        ["tenant_id", "merged_into"],
        postgresql_where=sa.text("merged_into IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_tickets_merged", table_name="tickets")
    op.drop_index("ix_alerts_to_tell", table_name="alerts")
    op.drop_column("alerts", "digested_at")
