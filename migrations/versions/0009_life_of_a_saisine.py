"""The life of a saisine: keyed and back-dated events, several on a message, the same request joined; merges and splits."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.db.tenancy import APP_ROLE, guard

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


# Row-level security is forced on the owner too: town by town, or nothing is deleted.
_FORGET_OTHERS = """
DO $$ DECLARE tenant uuid; BEGIN
    FOR tenant IN SELECT id FROM tenants LOOP
        PERFORM set_config('app.tenant', tenant::text, true);
        UPDATE saisines SET joined_to = NULL WHERE tenant_id = tenant AND joined_to IS NOT NULL;
        DELETE FROM alerts a USING saisines s
        WHERE a.tenant_id = tenant AND s.tenant_id = tenant AND s.id = a.saisine_id AND s.ordinal > 0;
        DELETE FROM legal_events e USING saisines s
        WHERE e.tenant_id = tenant AND s.tenant_id = tenant AND s.id = e.saisine_id AND s.ordinal > 0;
        DELETE FROM saisines WHERE tenant_id = tenant AND ordinal > 0;
    END LOOP;
    PERFORM set_config('app.tenant', '', true);
END $$;
"""


def upgrade() -> None:
    op.add_column("alerts", sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("legal_events", sa.Column("key", sa.Text(), nullable=True))
    op.add_column("legal_events", sa.Column("backdated", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.alter_column("legal_events", "backdated", server_default=None)
    op.create_index(
        "ix_legal_events_key",
        "legal_events",
        ["tenant_id", "saisine_id", "key"],
        unique=True,
        postgresql_where=sa.text("key IS NOT NULL"),
    )
    op.add_column("saisines", sa.Column("ordinal", sa.BigInteger(), nullable=False, server_default="0"))
    op.alter_column("saisines", "ordinal", server_default=None)
    op.add_column("saisines", sa.Column("joined_to", sa.Uuid(), nullable=True))
    op.drop_constraint("uq_saisines_tenant_id_message_id", "saisines", type_="unique")
    op.create_unique_constraint(
        "uq_saisines_tenant_id_message_id_ordinal", "saisines", ["tenant_id", "message_id", "ordinal"]
    )
    op.create_foreign_key(
        "fk_saisines_tenant_id_joined_to", "saisines", "saisines", ["tenant_id", "joined_to"], ["tenant_id", "id"]
    )
    op.create_index(
        "ix_saisines_joined",
        "saisines",
        ["tenant_id", "joined_to"],
        postgresql_where=sa.text("joined_to IS NOT NULL"),
    )
    op.add_column("tickets", sa.Column("merged_into", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        "fk_tickets_tenant_id_merged_into", "tickets", "tickets", ["tenant_id", "merged_into"], ["tenant_id", "id"]
    )
    op.create_table(
        "ticket_moves",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column("moved", postgresql.JSONB(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.Text(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "source_id"],
            ["tickets.tenant_id", "tickets.id"],
            name=op.f("fk_ticket_moves_tenant_id_source_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "target_id"],
            ["tickets.tenant_id", "tickets.id"],
            name=op.f("fk_ticket_moves_tenant_id_target_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_ticket_moves")),
    )
    op.create_index("ix_ticket_moves_source", "ticket_moves", ["tenant_id", "source_id", "id"])
    op.create_index("ix_ticket_moves_target", "ticket_moves", ["tenant_id", "target_id", "id"])
    guard("ticket_moves", may="SELECT, INSERT, UPDATE")
    # What left for a message goes where the message goes; its envelope and its body still never change.
    op.execute(f"GRANT UPDATE (ticket_id) ON outbound TO {APP_ROLE}")
    op.create_index("ix_duties_ticket", "duties", ["tenant_id", "ticket_id"])


def downgrade() -> None:
    op.drop_index("ix_duties_ticket", "duties")
    op.execute(f"REVOKE UPDATE (ticket_id) ON outbound FROM {APP_ROLE}")
    op.drop_table("ticket_moves")
    op.drop_column("tickets", "merged_into")
    # What a person added beside a message's first saisine has no place in the older schema.
    op.execute(_FORGET_OTHERS)
    op.drop_index("ix_saisines_joined", "saisines")
    op.drop_column("saisines", "joined_to")
    op.drop_constraint("uq_saisines_tenant_id_message_id_ordinal", "saisines", type_="unique")
    op.create_unique_constraint("uq_saisines_tenant_id_message_id", "saisines", ["tenant_id", "message_id"])
    op.drop_column("saisines", "ordinal")
    op.drop_column("legal_events", "backdated")
    op.drop_column("legal_events", "key")
    op.drop_column("alerts", "escalated_at")
