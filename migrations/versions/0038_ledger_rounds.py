"""What the ledger said hour by hour, and the figures of the whole house in one statement."""

import sqlalchemy as sa
from alembic import op

from app.db.tenancy import guard

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

# From one administration to the next under their own policies, as `watch_pulse()`: no right is added to the role that
# runs it, and what it returns are numbers and instants alone.
_FIGURES = """
CREATE FUNCTION house_figures() RETURNS TABLE (
    tenant_id uuid, queued_since timestamptz, held bigint, sending_since timestamptz, unknown bigint, failed bigint,
    channels_silent bigint, channels_in_need bigint, alerts_open bigint, risks jsonb,
    ledger_at timestamptz, ledger jsonb
)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE before text := current_setting('app.tenant', true);
BEGIN
    FOR tenant_id IN SELECT d.id FROM tenant_directory() d LOOP
        PERFORM set_config('app.tenant', tenant_id::text, true);
        SELECT min(r.next_attempt_at) INTO queued_since FROM receptions r
        WHERE r.tenant_id = house_figures.tenant_id AND r.state = 'queued';
        SELECT count(*) INTO held FROM receptions r WHERE r.tenant_id = house_figures.tenant_id AND r.state = 'held';
        SELECT min(o.next_attempt_at) INTO sending_since FROM outbound o
        WHERE o.tenant_id = house_figures.tenant_id AND o.state IN ('frozen', 'sending')
          -- Of a suspended administration only acknowledgements leave (ADR 18): what else is held waits for nobody's fault.
          AND (o.purpose IN ('AEE', 'ARE', 'AR') OR NOT EXISTS (
              SELECT FROM tenants t WHERE t.id = house_figures.tenant_id AND t.suspended_at IS NOT NULL));
        SELECT count(*) FILTER (WHERE o.state = 'unknown'), count(*) FILTER (WHERE o.state <> 'unknown')
        INTO unknown, failed FROM outbound o
        WHERE o.tenant_id = house_figures.tenant_id AND o.state IN ('unknown', 'failed', 'bounced');
        SELECT count(*) FILTER (WHERE c.silent_since IS NOT NULL),
               count(*) FILTER (WHERE c.state IN ('needs_reauth', 'broken'))
        INTO channels_silent, channels_in_need FROM channels c
        WHERE c.tenant_id = house_figures.tenant_id AND c.removed_at IS NULL AND c.state <> 'paused';
        SELECT count(*) INTO alerts_open FROM alerts a
        WHERE a.tenant_id = house_figures.tenant_id AND a.acknowledged_at IS NULL;
        SELECT jsonb_object_agg(s.risk, s.number) INTO risks FROM (
            SELECT t.risk, sum(t.more) AS number FROM saisine_tallies t
            WHERE t.tenant_id = house_figures.tenant_id GROUP BY t.risk) s;
        SELECT l.made_at, to_jsonb(l) - 'tenant_id' - 'hour_at' - 'made_at' INTO ledger_at, ledger FROM ledger_rounds l
        WHERE l.tenant_id = house_figures.tenant_id ORDER BY l.hour_at DESC LIMIT 1;
        RETURN NEXT;
    END LOOP;
    PERFORM set_config('app.tenant', COALESCE(before, ''), true);
END $$;
REVOKE ALL ON FUNCTION house_figures() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION house_figures() TO parvis_app;
"""


def upgrade() -> None:
    op.create_table(
        "ledger_rounds",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("hour_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted", sa.BigInteger(), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("duplicate", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("queued", sa.BigInteger(), nullable=False),
        sa.Column("late", sa.BigInteger(), nullable=False),
        sa.Column("unexplained", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_ledger_rounds_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "hour_at", name=op.f("pk_ledger_rounds")),
    )
    guard("ledger_rounds", may="SELECT, INSERT, UPDATE, DELETE")
    # Keys come in the order of time: a few pages of summary find those of the last two days among any number.
    op.create_index("ix_event_keys_at", "event_keys", ["at"], postgresql_using="brin")
    op.execute(_FIGURES)


def downgrade() -> None:
    op.execute("DROP FUNCTION house_figures()")
    op.drop_index("ix_event_keys_at", table_name="event_keys")
    op.drop_table("ledger_rounds")
