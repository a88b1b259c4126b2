"""Imports from other helpdesks: what was asked for, what was refused, and where each imported thing came from."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.db.sightlines import in_sight
from app.db.tenancy import guard

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
# The application may not delete what the law looks at. This alone does, of the requests of one import that is being taken
# back, all of them or none: what somebody has built upon them since is named by a foreign key, or was asked about before.
_TAKE_BACK = """
CREATE FUNCTION take_back_import(of_import uuid) RETURNS bigint LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  owner uuid := public.current_tenant();
  tickets_gone uuid[];
  clocks uuid[];
  said uuid[];
  contents text[];
  gone bigint;
BEGIN
  IF NOT EXISTS (SELECT FROM imports i WHERE i.tenant_id = owner AND i.id = of_import AND i.state = 'undoing') THEN
    RAISE EXCEPTION 'this import is not being taken back' USING ERRCODE = 'insufficient_privilege';
  END IF;
  tickets_gone := ARRAY(SELECT o.ticket_id FROM ticket_origins o WHERE o.tenant_id = owner AND o.import_id = of_import);
  clocks := ARRAY(SELECT s.id FROM saisines s WHERE s.tenant_id = owner AND s.ticket_id IN (SELECT unnest(tickets_gone)));
  said := ARRAY(SELECT m.id FROM messages m WHERE m.tenant_id = owner AND m.ticket_id IN (SELECT unnest(tickets_gone)));
  contents := ARRAY(SELECT DISTINCT a.sha256 FROM attachments a WHERE a.tenant_id = owner AND a.sha256 IS NOT NULL
    AND a.message_id IN (SELECT unnest(said)));
  DELETE FROM alerts WHERE tenant_id = owner AND saisine_id IN (SELECT unnest(clocks));
  DELETE FROM duties WHERE tenant_id = owner AND ticket_id IN (SELECT unnest(tickets_gone));
  DELETE FROM recomputed WHERE tenant_id = owner AND saisine_id IN (SELECT unnest(clocks));
  DELETE FROM legal_events WHERE tenant_id = owner AND saisine_id IN (SELECT unnest(clocks));
  DELETE FROM saisines WHERE tenant_id = owner AND id IN (SELECT unnest(clocks));
  DELETE FROM attachments WHERE tenant_id = owner AND message_id IN (SELECT unnest(said));
  DELETE FROM messages WHERE tenant_id = owner AND ticket_id IN (SELECT unnest(tickets_gone));
  DELETE FROM message_origins WHERE tenant_id = owner AND import_id = of_import;
  DELETE FROM ticket_origins WHERE tenant_id = owner AND import_id = of_import;
  DELETE FROM tickets WHERE tenant_id = owner AND id IN (SELECT unnest(tickets_gone));
  GET DIAGNOSTICS gone = ROW_COUNT;
  DELETE FROM machine_texts x WHERE x.tenant_id = owner AND x.sha256 IN (SELECT unnest(contents)) AND NOT EXISTS (
    SELECT FROM attachments a WHERE a.tenant_id = owner AND a.sha256 = x.sha256);
  DELETE FROM scans x WHERE x.tenant_id = owner AND x.sha256 IN (SELECT unnest(contents)) AND NOT EXISTS (
    SELECT FROM attachments a WHERE a.tenant_id = owner AND a.sha256 = x.sha256);
  INSERT INTO erased_pieces (tenant_id, sha256, since_at)
    SELECT owner, one, now() FROM unnest(contents) one ON CONFLICT DO NOTHING;
  RETURN gone;
END $$;
REVOKE ALL ON FUNCTION take_back_import(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION take_back_import(uuid) TO parvis_app;
"""


def upgrade() -> None:
    _imports()
    _origins()
    op.execute(_TAKE_BACK)


def downgrade() -> None:
    op.execute("DROP FUNCTION take_back_import(uuid)")
    for table in ("contact_origins", "message_origins", "ticket_origins", "import_refusals", "imports"):
        op.drop_table(table)


def _imports() -> None:
    op.create_table(
        "imports",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("requested_at", _INSTANT, nullable=False),
        sa.Column("started_at", _INSTANT, nullable=True),
        sa.Column("ended_at", _INSTANT, nullable=True),
        sa.Column("file_digest", sa.Text(), nullable=True),
        sa.Column("file_size", sa.BigInteger(), nullable=True),
        sa.Column("report", postgresql.JSONB(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        *(
            sa.Column(name, sa.BigInteger(), nullable=False)
            for name in ("position", "tickets", "messages", "pieces", "saisines", "known", "refused", "version")
        ),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "channel_id"],
            ["channels.tenant_id", "channels.id"],
            name=op.f("fk_imports_tenant_id_channel_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_imports")),
    )
    op.create_table(
        "import_refusals",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "import_id"],
            ["imports.tenant_id", "imports.id"],
            name=op.f("fk_import_refusals_tenant_id_import_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_import_refusals")),
    )
    op.create_index("ix_import_refusals_import", "import_refusals", ["tenant_id", "import_id", "id"])
    guard("imports", may="SELECT, INSERT, UPDATE")
    guard("import_refusals", may="SELECT, INSERT, DELETE")


def _origins() -> None:
    _origin_table(
        "ticket_origins",
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("left_as", sa.Text(), nullable=False),
        _of("ticket_origins", "ticket_id", "tickets"),
        sa.PrimaryKeyConstraint("tenant_id", "ticket_id", name=op.f("pk_ticket_origins")),
        sa.UniqueConstraint(
            "tenant_id", "origin", "external_id", name=op.f("uq_ticket_origins_tenant_id_origin_external_id")
        ),
    )
    op.create_index("ix_ticket_origins_import", "ticket_origins", ["tenant_id", "import_id"])
    op.create_index(
        "ix_ticket_origins_number", "ticket_origins", ["tenant_id", "number"], postgresql_where="number IS NOT NULL"
    )
    # A message is named without a foreign key: its own key is its table's affair, and its request goes with it.
    _origin_table(
        "message_origins",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("external_key", sa.Text(), nullable=False),
        _of("message_origins", "ticket_id", "tickets"),
        sa.PrimaryKeyConstraint("tenant_id", "origin", "external_key", name=op.f("pk_message_origins")),
    )
    op.create_index("ix_message_origins_import", "message_origins", ["tenant_id", "import_id"])
    op.create_index("ix_message_origins_ticket", "message_origins", ["tenant_id", "ticket_id"])
    _origin_table(
        "contact_origins",
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        _of("contact_origins", "contact_id", "contacts"),
        sa.PrimaryKeyConstraint("tenant_id", "contact_id", name=op.f("pk_contact_origins")),
    )
    op.create_index("ix_contact_origins_import", "contact_origins", ["tenant_id", "import_id"])
    guard("ticket_origins", may="SELECT, INSERT, UPDATE (number)")
    guard("message_origins", may="SELECT, INSERT")
    guard("contact_origins", may="SELECT, INSERT, DELETE")
    in_sight("ticket_origins", by="ticket_id")
    in_sight("message_origins", by="ticket_id")


def _origin_table(name: str, *columns: sa.schema.SchemaItem) -> None:
    op.create_table(
        name,
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        *columns,
        _of(name, "import_id", "imports"),
    )


def _of(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column], [f"{target}.tenant_id", f"{target}.id"], name=op.f(f"fk_{table}_tenant_id_{column}")
    )
