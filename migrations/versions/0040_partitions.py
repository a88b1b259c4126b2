"""The event log is divided by month: what nobody can replay any more is dropped a month at a time (ADR 22)."""

import sqlalchemy as sa
from alembic import op

from app.db.partitioning import DROPPED, FUNCTIONS, attach_past, be_whole_again, become_past, bound_the_past
from app.db.sightlines import in_sight, sight_one_by_one
from app.db.tenancy import guard

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

# Called by any worker, hence bounded: months that are missing until an instant a year away at most. Attaching a part
# holds up neither readers nor writers of the others; the default one is locked for that moment. What fell into it
# meanwhile moves to its month. Whoever comes second, or would have to wait, leaves it to the next round.
_COVER = """
CREATE FUNCTION cover_events(until_at timestamptz) RETURNS integer LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET lock_timeout = '1s'
AS $$
DECLARE
  from_at timestamptz; to_at timestamptz; part text; made integer := 0;
  wanted timestamptz := least(until_at, now() + interval '400 days');
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtextextended('parts of events', 0)) THEN RETURN 0; END IF;
  SELECT max(ends_at) INTO from_at FROM parts_of('public.events');
  WHILE from_at < wanted LOOP
    to_at := (date_trunc('month', from_at AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC';
    part := 'events_' || to_char(from_at AT TIME ZONE 'UTC', 'YYYY_MM');
    EXECUTE format('CREATE TABLE public.%I (LIKE public.events INCLUDING DEFAULTS INCLUDING STORAGE)', part);
    IF pg_relation_size('public.events_default') > 0 THEN
      LOCK TABLE public.events_default IN ACCESS EXCLUSIVE MODE;
      -- Row-level security binds the owner too: for this statement it does not, and the table is this transaction's alone.
      ALTER TABLE public.events_default NO FORCE ROW LEVEL SECURITY;
      EXECUTE format('WITH strayed AS (DELETE FROM public.events_default WHERE id >= %L AND id < %L RETURNING *) '
                     'INSERT INTO public.%I SELECT * FROM strayed', first_id_at(from_at), first_id_at(to_at), part);
      IF NOT EXISTS (SELECT FROM public.events_default) THEN TRUNCATE public.events_default; END IF;
      ALTER TABLE public.events_default FORCE ROW LEVEL SECURITY;
    END IF;
    EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', part);
    EXECUTE format('CREATE POLICY of_tenant ON public.%I USING (tenant_id = public.current_tenant()) '
                   'WITH CHECK (tenant_id = public.current_tenant())', part);
    EXECUTE format('ALTER TABLE public.events ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)',
                   part, first_id_at(from_at), first_id_at(to_at));
    made := made + 1;
    from_at := to_at;
  END LOOP;
  RETURN made;
EXCEPTION WHEN lock_not_available THEN
  RETURN 0;
END $$;
REVOKE ALL ON FUNCTION cover_events(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cover_events(timestamptz) TO parvis_app;
"""
# Nothing younger than thirty days goes, whoever asks. Each administration keeps the place up to which its log is gone, so
# that who comes back with an older one is told so instead of missing facts in silence.
_FORGET = """
CREATE FUNCTION forget_events(before_at timestamptz) RETURNS integer LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET lock_timeout = '1s'
AS $$
DECLARE
  part record; owner uuid; gone integer := 0; before text := current_setting('app.tenant', true);
  limit_at timestamptz := least(before_at, now() - interval '30 days');
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtextextended('parts of events', 0)) THEN RETURN 0; END IF;
  FOR part IN SELECT * FROM parts_of('public.events') p WHERE p.ends_at <= limit_at ORDER BY p.ends_at LOOP
    FOR owner IN SELECT d.id FROM tenant_directory() d LOOP
      PERFORM set_config('app.tenant', owner::text, true);
      INSERT INTO public.forgotten_events AS f (tenant_id, xid, event_id)
      SELECT owner, e.xid, e.id FROM public.events e
      WHERE e.tenant_id = owner AND e.id < first_id_at(part.ends_at) ORDER BY e.xid DESC, e.id DESC LIMIT 1
      ON CONFLICT (tenant_id) DO UPDATE SET xid = excluded.xid, event_id = excluded.event_id
      WHERE (excluded.xid, excluded.event_id) > (f.xid, f.event_id);
    END LOOP;
    PERFORM set_config('app.tenant', COALESCE(before, ''), true);
    EXECUTE format('DROP TABLE %s', part.part);
    gone := gone + 1;
  END LOOP;
  RETURN gone;
EXCEPTION WHEN lock_not_available THEN
  RETURN 0;
END $$;
REVOKE ALL ON FUNCTION forget_events(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION forget_events(timestamptz) TO parvis_app;
"""


def upgrade() -> None:
    op.execute("DROP FUNCTION IF EXISTS parts_of(regclass), instant_of_id(uuid), first_id_at(timestamptz)")
    op.execute(FUNCTIONS)
    bound_the_past("events")
    op.create_table(
        "forgotten_events",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("xid", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("pk_forgotten_events")),
    )
    guard("forgotten_events", may="SELECT")
    become_past("events")
    op.create_primary_key("pk_events", "events", ["tenant_id", "id"])
    op.create_index("ix_events_order", "events", ["tenant_id", "xid", "id"])
    guard("events", may="SELECT, INSERT")
    in_sight("events", by="ticket_id", optional=True)
    sight_one_by_one("events", by="ticket_id", optional=True)
    attach_past("events")
    op.execute(_COVER + _FORGET)
    op.execute("SELECT cover_events(now() + interval '93 days')")


def downgrade() -> None:
    op.execute("DROP FUNCTION forget_events(timestamptz); DROP FUNCTION cover_events(timestamptz);")
    be_whole_again("events")
    op.execute("GRANT SELECT, INSERT ON events TO parvis_app")
    in_sight("events", by="ticket_id", optional=True)
    sight_one_by_one("events", by="ticket_id", optional=True)
    op.drop_table("forgotten_events")
    op.execute(DROPPED)
