"""Who read what; how long requests are kept, when they pass into the archives, and the lists by which they are eliminated."""

import sqlalchemy as sa
from alembic import op

from app.db.tenancy import guard

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)

# One statement, one round trip, a transaction of its own. The same reader of the same thing within the quarter of an hour
# is one reading: coming back writes nothing, hence waits for no disk.
_KEEP = """
CREATE FUNCTION keep_reading(
    a_tenant uuid, an_id uuid, an_instant timestamptz, an_actor text, a_door text, a_kind text, an_object uuid, a_ticket uuid
) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM set_config('app.tenant', a_tenant::text, true);
    INSERT INTO readings (tenant_id, id, at, actor, door, kind, object_id, ticket_id)
    SELECT a_tenant, an_id, an_instant, an_actor, a_door, a_kind, an_object, a_ticket
    WHERE NOT EXISTS (
        SELECT FROM readings r WHERE r.tenant_id = a_tenant AND r.object_id = an_object AND r.at > an_instant - interval '15 minutes'
        AND r.at <= an_instant AND r.actor = an_actor AND r.kind = a_kind AND r.door = a_door);
END $$
"""
# The only way by which a reading goes: oldest first, by batches, of the present administration, and never one of the last
# six months, whoever asks (CNIL, délibération n° 2021-122 of 14 October 2021: six months at the least).
_PURGE = """
CREATE FUNCTION purge_readings(before timestamptz, most integer) RETURNS integer LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE gone integer;
BEGIN
    DELETE FROM public.readings r USING (
        SELECT o.id FROM public.readings o WHERE o.tenant_id = public.current_tenant()
        AND o.at < LEAST(before, now() - interval '6 months') ORDER BY o.at LIMIT most
    ) old WHERE r.tenant_id = public.current_tenant() AND r.id = old.id;
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END $$;
REVOKE ALL ON FUNCTION purge_readings(timestamptz, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION purge_readings(timestamptz, integer) TO parvis_app;
"""
# Whoever ends a request, by whatever way, it has a day of closure; one that lives again has left the archives.
_CLOSURE = """
CREATE FUNCTION note_closure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status IN ('resolved', 'closed') THEN
        NEW.closed_at := COALESCE(NEW.closed_at, NEW.last_activity_at);
        IF TG_OP = 'INSERT' OR OLD.closed_at IS DISTINCT FROM NEW.closed_at THEN
            NEW.retention_on := (NEW.closed_at AT TIME ZONE 'UTC')::date;
        END IF;
    ELSE
        NEW.closed_at := NULL;
        NEW.archived_at := NULL;
        NEW.retention_on := NULL;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER note_closure BEFORE INSERT OR UPDATE OF status, closed_at ON tickets
FOR EACH ROW EXECUTE FUNCTION note_closure();
"""
_ENDED_BEFORE = """
DO $$ DECLARE tenant uuid; BEGIN
    FOR tenant IN SELECT id FROM tenants LOOP
        PERFORM set_config('app.tenant', tenant::text, true);
        UPDATE tickets SET closed_at = last_activity_at WHERE tenant_id = tenant AND status IN ('resolved', 'closed');
    END LOOP;
    PERFORM set_config('app.tenant', '', true);
END $$
"""
# Beside `in_sight`: what is in the intermediate archive is for those the policy table names (`archives:read`).
_ARCHIVES = """
CREATE POLICY in_archives ON tickets AS RESTRICTIVE FOR ALL USING (
    (SELECT current_viewer()) IS NULL OR archived_at IS NULL OR current_setting('app.archives', true) = 'yes'
) WITH CHECK (true)
"""
# As watch_pulse(): from one administration to the next under their own policies, dates and counts alone.
_UNHEARD = """
CREATE FUNCTION unheard_alerts() RETURNS TABLE (tenant_id uuid, alerts bigint, oldest_at timestamptz)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE before text := current_setting('app.tenant', true);
BEGIN
    FOR tenant_id IN SELECT d.id FROM tenant_directory() d LOOP
        PERFORM set_config('app.tenant', tenant_id::text, true);
        SELECT count(*), min(a.escalated_at) INTO alerts, oldest_at FROM alerts a
        JOIN saisines s ON s.tenant_id = a.tenant_id AND s.id = a.saisine_id
        WHERE a.tenant_id = unheard_alerts.tenant_id AND a.acknowledged_at IS NULL AND a.escalated_at IS NOT NULL
        AND s.closed_at IS NULL;
        IF alerts > 0 THEN
            RETURN NEXT;
        END IF;
    END LOOP;
    PERFORM set_config('app.tenant', COALESCE(before, ''), true);
END $$;
REVOKE ALL ON FUNCTION unheard_alerts() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION unheard_alerts() TO parvis_app;
"""


def upgrade() -> None:
    _readings()
    _closure()
    _policies()
    _lists()
    op.execute(_UNHEARD)


def downgrade() -> None:
    op.execute("DROP FUNCTION unheard_alerts()")
    for table in ("elimination_lines", "elimination_lists", "retention_policies"):
        op.drop_table(table)
    op.execute("DROP POLICY in_archives ON tickets")
    op.execute("DROP TRIGGER note_closure ON tickets")
    op.execute("DROP FUNCTION note_closure()")
    op.drop_index("ix_tickets_retention", "tickets")
    for column in ("retention_on", "archived_at", "closed_at"):
        op.drop_column("tickets", column)
    op.execute("DROP FUNCTION purge_readings(timestamptz, integer)")
    op.execute("DROP FUNCTION keep_reading(uuid, uuid, timestamptz, text, text, text, uuid, uuid)")
    op.drop_table("reading_settings")
    op.drop_table("readings")


def _readings() -> None:
    op.create_table(
        "readings",
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("door", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_readings")),
    )
    op.create_index("ix_readings_object", "readings", ["tenant_id", "object_id", "at"])
    op.create_index("ix_readings_ticket", "readings", ["tenant_id", "ticket_id", "id"])
    op.create_index("ix_readings_actor", "readings", ["tenant_id", "actor", "id"])
    op.create_index("ix_readings_at", "readings", ["tenant_id", "at"])
    op.create_table(
        "reading_settings",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("months", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("updated_at", _INSTANT, nullable=False),
        sa.Column("updated_by", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("months BETWEEN 6 AND 36", name=op.f("ck_reading_settings_months")),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("pk_reading_settings")),
    )
    guard("readings", may="SELECT, INSERT")
    guard("reading_settings", may="SELECT, INSERT, UPDATE")
    op.execute(_KEEP)
    op.execute(_PURGE)


def _closure() -> None:
    op.add_column("tickets", sa.Column("closed_at", _INSTANT, nullable=True))
    op.add_column("tickets", sa.Column("archived_at", _INSTANT, nullable=True))
    op.add_column("tickets", sa.Column("retention_on", sa.Date(), nullable=True))
    op.create_index(
        "ix_tickets_retention",
        "tickets",
        ["tenant_id", "retention_on", "id"],
        postgresql_where="retention_on IS NOT NULL",
    )
    op.execute(_CLOSURE)
    op.execute(_ENDED_BEFORE)
    op.execute(_ARCHIVES)


def _policies() -> None:
    op.create_table(
        "retention_policies",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("active_months", sa.BigInteger(), nullable=False),
        sa.Column("archive_months", sa.BigInteger(), nullable=False),
        sa.Column("counted_from", sa.Text(), nullable=False),
        sa.Column("fate", sa.Text(), nullable=False),
        sa.Column("legal_basis", sa.Text(), nullable=False),
        sa.Column("decided_at", _INSTANT, nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "category", name=op.f("pk_retention_policies")),
    )
    guard("retention_policies", may="SELECT, INSERT, UPDATE")


def _lists() -> None:
    op.create_table(
        "elimination_lists",
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("fate", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.Column("submitted_at", _INSTANT, nullable=True),
        sa.Column("submitted_by", sa.Text(), nullable=True),
        sa.Column("visa_reference", sa.Text(), nullable=True),
        sa.Column("visa_on", sa.Date(), nullable=True),
        sa.Column("visa_by", sa.Text(), nullable=True),
        sa.Column("visa_entered_at", _INSTANT, nullable=True),
        sa.Column("visa_entered_by", sa.Text(), nullable=True),
        sa.Column("started_at", _INSTANT, nullable=True),
        sa.Column("started_by", sa.Text(), nullable=True),
        sa.Column("ended_at", _INSTANT, nullable=True),
        sa.Column("ended_because", sa.Text(), nullable=True),
        sa.Column("listed", sa.BigInteger(), nullable=False),
        sa.Column("erased", sa.BigInteger(), nullable=False),
        sa.Column("kept", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_elimination_lists")),
        sa.UniqueConstraint("tenant_id", "reference", name=op.f("uq_elimination_lists_tenant_id_reference")),
    )
    # One list of a fate is being filled at a time, whatever the number of workers.
    op.create_index(
        "uq_elimination_lists_proposed",
        "elimination_lists",
        ["tenant_id", "fate"],
        unique=True,
        postgresql_where="state = 'proposed'",
    )
    op.create_table(
        "elimination_lines",
        sa.Column("list_id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("legal_basis", sa.Text(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("kept_because", sa.Text(), nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=True),
        sa.Column("acted_at", _INSTANT, nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "list_id"],
            ["elimination_lists.tenant_id", "elimination_lists.id"],
            name=op.f("fk_elimination_lines_tenant_id_list_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_elimination_lines")),
    )
    op.create_index("ix_elimination_lines_list", "elimination_lines", ["tenant_id", "list_id", "id"])
    op.create_index(
        "uq_elimination_lines_listed",
        "elimination_lines",
        ["tenant_id", "ticket_id"],
        unique=True,
        postgresql_where="state = 'listed'",
    )
    guard("elimination_lists", may="SELECT, INSERT, UPDATE")
    guard("elimination_lines", may="SELECT, INSERT, UPDATE")
