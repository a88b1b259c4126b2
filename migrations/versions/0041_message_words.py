"""Words of messages stand in a table of their own, which the application's role cannot read: functions look there.

`@@` is not leakproof, so that under row-level security it is never the condition of an index: every message of the
administration was read for each search. The owner of the schema sees `message_words` whole, and its functions give
nothing but the numbers of requests of the present administration; whoever asks joins them to `tickets` under their own
eyes. Expand only: the version that serves still finds `messages.search`.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.db.tenancy import guard

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

BATCH = 2_000
_TRIGGERS = (
    ("messages", "words_of_message", "INSERT OR DELETE OR UPDATE OF subject, author_name, text, ticket_id"),
    ("attachments", "words_of_piece", "INSERT OR DELETE OR UPDATE OF sha256, message_id"),
    ("machine_texts", "words_of_machine", "INSERT OR DELETE OR UPDATE OF text"),
)
_WATCHES = """
CREATE FUNCTION words_of_message() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO public.message_words (tenant_id, message_id, content, ticket_id, search)
      SELECT NEW.tenant_id, NEW.id, '', NEW.ticket_id, NEW.search WHERE NEW.search <> ''::tsvector
      ON CONFLICT (tenant_id, message_id, content) DO UPDATE SET ticket_id = EXCLUDED.ticket_id, search = EXCLUDED.search;
    RETURN NULL;
  END IF;
  IF TG_OP = 'DELETE' THEN
    DELETE FROM public.message_words w WHERE w.tenant_id = OLD.tenant_id AND w.message_id = OLD.id;
    RETURN NULL;
  END IF;
  IF OLD.ticket_id <> NEW.ticket_id THEN
    UPDATE public.message_words w SET ticket_id = NEW.ticket_id WHERE w.tenant_id = NEW.tenant_id AND w.message_id = NEW.id;
  END IF;
  IF OLD.search <> NEW.search THEN
    DELETE FROM public.message_words w WHERE w.tenant_id = NEW.tenant_id AND w.message_id = NEW.id AND w.content = '';
    INSERT INTO public.message_words (tenant_id, message_id, content, ticket_id, search)
      SELECT NEW.tenant_id, NEW.id, '', NEW.ticket_id, NEW.search WHERE NEW.search <> ''::tsvector;
  END IF;
  RETURN NULL;
END $$;
-- Nobody's eyes: what an agent may not see is found by who may.
CREATE FUNCTION words_of_piece() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE eyes text := COALESCE(current_setting('app.viewer', true), '');
BEGIN
  PERFORM set_config('app.viewer', '', true);
  IF TG_OP <> 'INSERT' AND OLD.sha256 IS NOT NULL AND NOT EXISTS (
      SELECT FROM public.attachments a WHERE a.tenant_id = OLD.tenant_id AND a.message_id = OLD.message_id AND a.sha256 = OLD.sha256)
  THEN
    DELETE FROM public.message_words w
      WHERE w.tenant_id = OLD.tenant_id AND w.message_id = OLD.message_id AND w.content = OLD.sha256;
  END IF;
  IF TG_OP <> 'DELETE' AND NEW.sha256 IS NOT NULL THEN
    -- A reading that is being settled is waited for, and one settled later waits until this piece can be seen.
    PERFORM FROM public.machine_texts t WHERE t.tenant_id = NEW.tenant_id AND t.sha256 = NEW.sha256 FOR SHARE;
    INSERT INTO public.message_words (tenant_id, message_id, content, ticket_id, search)
      SELECT m.tenant_id, m.id, t.sha256, m.ticket_id, t.search FROM public.machine_texts t, public.messages m
      WHERE t.tenant_id = NEW.tenant_id AND t.sha256 = NEW.sha256 AND t.search <> ''::tsvector
        AND m.tenant_id = NEW.tenant_id AND m.id = NEW.message_id
      ON CONFLICT (tenant_id, message_id, content) DO NOTHING;
  END IF;
  PERFORM set_config('app.viewer', eyes, true);
  RETURN NULL;
END $$;
CREATE FUNCTION words_of_machine() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE eyes text := COALESCE(current_setting('app.viewer', true), '');
BEGIN
  PERFORM set_config('app.viewer', '', true);
  IF TG_OP <> 'INSERT' THEN
    DELETE FROM public.message_words w WHERE w.tenant_id = OLD.tenant_id AND w.content = OLD.sha256 AND w.content <> '';
  END IF;
  IF TG_OP <> 'DELETE' THEN
    INSERT INTO public.message_words (tenant_id, message_id, content, ticket_id, search)
      SELECT DISTINCT a.tenant_id, a.message_id, a.sha256, m.ticket_id, NEW.search
      FROM public.attachments a JOIN public.messages m ON m.tenant_id = a.tenant_id AND m.id = a.message_id
      WHERE a.tenant_id = NEW.tenant_id AND a.sha256 = NEW.sha256 AND NEW.search <> ''::tsvector
      ON CONFLICT (tenant_id, message_id, content) DO NOTHING;
  END IF;
  PERFORM set_config('app.viewer', eyes, true);
  RETURN NULL;
END $$;
"""
# The plan is chosen by who calls, not weighed: `ticket_says` and `tickets_among` look requests up, `tickets_saying` asks
# the index of words. None gives a word back.
_LOOKS = """
CREATE FUNCTION ticket_says(ticket uuid, words tsquery) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER COST 1000
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN EXISTS (SELECT FROM public.message_words w
                 WHERE w.tenant_id = public.current_tenant() AND w.ticket_id = ticket AND w.search @@ words);
END $$;
CREATE FUNCTION tickets_among(asked uuid[], words tsquery) RETURNS SETOF uuid LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT DISTINCT w.ticket_id FROM public.message_words w
               WHERE w.tenant_id = public.current_tenant() AND w.ticket_id = ANY (asked) AND w.search @@ words;
END $$;
CREATE FUNCTION tickets_saying(words tsquery, most integer) RETURNS SETOF uuid LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off SET enable_indexscan = off
SET plan_cache_mode = force_custom_plan AS $$
BEGIN
  RETURN QUERY SELECT w.ticket_id FROM public.message_words w
               WHERE w.tenant_id = public.current_tenant() AND w.search @@ words LIMIT most;
END $$;
REVOKE ALL ON FUNCTION ticket_says(uuid, tsquery), tickets_among(uuid[], tsquery), tickets_saying(tsquery, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ticket_says(uuid, tsquery), tickets_among(uuid[], tsquery), tickets_saying(tsquery, integer) TO parvis_app;
"""
_TENANTS = "SELECT id FROM tenant_directory() UNION SELECT id FROM departures"
# What is being erased meanwhile is waited for, and then read as it has become.
_FILL = """
WITH batch AS (SELECT m.tenant_id, m.id, m.ticket_id, m.search FROM messages m
              WHERE m.tenant_id = current_tenant() AND m.id > :after ORDER BY m.id LIMIT :most FOR SHARE),
     noted AS (INSERT INTO message_words (tenant_id, message_id, content, ticket_id, search)
               SELECT tenant_id, id, '', ticket_id, search FROM batch WHERE search <> ''::tsvector
               ON CONFLICT (tenant_id, message_id, content) DO NOTHING)
SELECT id FROM batch ORDER BY id DESC LIMIT 1
"""
_FILL_READ = """
INSERT INTO message_words (tenant_id, message_id, content, ticket_id, search)
SELECT a.tenant_id, a.message_id, a.sha256, m.ticket_id, t.search
FROM machine_texts t JOIN attachments a ON a.tenant_id = t.tenant_id AND a.sha256 = t.sha256
JOIN messages m ON m.tenant_id = a.tenant_id AND m.id = a.message_id
WHERE t.tenant_id = current_tenant() AND t.search <> ''::tsvector FOR SHARE OF t, a
ON CONFLICT (tenant_id, message_id, content) DO NOTHING
"""


def upgrade() -> None:
    _forget()  # what a run that was cut off had made
    op.create_table(
        "message_words",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("search", postgresql.TSVECTOR(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "message_id", "content", name=op.f("pk_message_words")),
    )
    op.create_index("ix_message_words_ticket", "message_words", ["tenant_id", "ticket_id"])
    op.create_index(
        "ix_message_words_content", "message_words", ["tenant_id", "content"], postgresql_where="content <> ''::text"
    )
    guard("message_words", may=None)
    # The owner's functions alone read it, each for the present administration: a condition that hides rows from them
    # would keep `@@` away from the index again.
    op.execute("CREATE POLICY of_owner ON message_words TO CURRENT_USER USING (true) WITH CHECK (true)")
    op.execute(_WATCHES)
    for table, function, what in _TRIGGERS:
        op.execute(f"CREATE TRIGGER {function} AFTER {what} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()")
    with op.get_context().autocommit_block():
        _fill()
        op.execute("CREATE INDEX CONCURRENTLY ix_message_words_search ON message_words USING gin (tenant_id, search)")
        op.execute("ANALYZE message_words")
        # Beginnings of names are a range of bytes, the same under any collation; an address is looked for whatever its kind.
        op.execute("DROP INDEX IF EXISTS ix_contacts_beginning")
        op.execute('CREATE INDEX CONCURRENTLY ix_contacts_beginning ON contacts (tenant_id, name_key COLLATE "C", id)')
        op.execute("DROP INDEX IF EXISTS ix_contact_points_address")
        op.execute("CREATE INDEX CONCURRENTLY ix_contact_points_address ON contact_points (tenant_id, address)")
    op.execute(_LOOKS)
    op.execute("DROP INDEX ix_messages_search")
    op.execute("DROP INDEX ix_machine_texts_search")


def downgrade() -> None:
    op.drop_index("ix_contact_points_address", "contact_points")
    op.drop_index("ix_contacts_beginning", "contacts")
    op.create_index("ix_machine_texts_search", "machine_texts", ["tenant_id", "search"], postgresql_using="gin")
    op.create_index("ix_messages_search", "messages", ["tenant_id", "search"], postgresql_using="gin")
    _forget()


def _fill() -> None:
    """Notes what is there, some messages a transaction, one administration after the other under its own policies."""
    connection = op.get_bind()
    for (tenant_id,) in connection.execute(sa.text(_TENANTS)).all():
        connection.execute(sa.text("SELECT set_config('app.tenant', :tenant, false)"), {"tenant": str(tenant_id)})
        after: object = "00000000-0000-0000-0000-000000000000"
        while after is not None:
            after = connection.execute(sa.text(_FILL), {"after": after, "most": BATCH}).scalar_one_or_none()
        connection.execute(sa.text(_FILL_READ))
    connection.execute(sa.text("SELECT set_config('app.tenant', '', false)"))


def _forget() -> None:
    for table, function, _what in _TRIGGERS:
        op.execute(f"DROP TRIGGER IF EXISTS {function} ON {table}")
        op.execute(f"DROP FUNCTION IF EXISTS {function}()")
    op.execute("DROP FUNCTION IF EXISTS ticket_says(uuid, tsquery)")
    op.execute("DROP FUNCTION IF EXISTS tickets_among(uuid[], tsquery)")
    op.execute("DROP FUNCTION IF EXISTS tickets_saying(tsquery, integer)")
    op.execute("DROP TABLE IF EXISTS message_words")
