"""One person behind several addresses: proofs, proposals, merges; aliases of mailboxes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.db.tenancy import guard

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("contacts", sa.Column("merged_into", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_contacts_tenant_id_merged_into"),
        "contacts",
        "contacts",
        ["tenant_id", "merged_into"],
        ["tenant_id", "id"],
    )
    op.create_index(
        "ix_contacts_merged",
        "contacts",
        ["tenant_id", "merged_into"],
        postgresql_where=sa.text("merged_into IS NOT NULL"),
    )
    op.add_column("contact_points", sa.Column("verified_how", sa.Text(), nullable=True))
    # What a person released is read again under their word: a mail that looked like a report is then a message.
    op.add_column("receptions", sa.Column("released_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("GRANT UPDATE (released_at) ON receptions TO parvis_app")
    _merges()
    _clues()
    _proposals()
    _aliases()


def downgrade() -> None:
    op.drop_table("channel_aliases")
    op.drop_column("receptions", "released_at")
    op.drop_table("contact_proposals")
    op.drop_table("contact_clues")
    op.drop_table("contact_merges")
    op.drop_column("contact_points", "verified_how")
    op.drop_index("ix_contacts_merged", "contacts")
    op.drop_constraint(op.f("fk_contacts_tenant_id_merged_into"), "contacts", type_="foreignkey")
    op.drop_column("contacts", "merged_into")


def _merges() -> None:
    op.create_table(
        "contact_merges",
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
        _of_contact("contact_merges", "source_id"),
        _of_contact("contact_merges", "target_id"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_contact_merges")),
    )
    op.create_index("ix_contact_merges_source", "contact_merges", ["tenant_id", "source_id", "id"])
    op.create_index("ix_contact_merges_target", "contact_merges", ["tenant_id", "target_id", "id"])
    guard("contact_merges", may="SELECT, INSERT, UPDATE")


def _clues() -> None:
    op.create_table(
        "contact_clues",
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        _of_contact("contact_clues", "contact_id"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_contact_clues")),
        sa.UniqueConstraint(
            "tenant_id", "contact_id", "kind", "value", name=op.f("uq_contact_clues_tenant_id_contact_id_kind_value")
        ),
    )
    op.create_index("ix_contact_clues_value", "contact_clues", ["tenant_id", "kind", "value"])
    guard("contact_clues", may="SELECT, INSERT, UPDATE, DELETE")


def _proposals() -> None:
    op.create_table(
        "contact_proposals",
        sa.Column("one_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("score", sa.BigInteger(), nullable=False),
        sa.Column("reasons", postgresql.JSONB(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        _of_contact("contact_proposals", "one_id"),
        _of_contact("contact_proposals", "other_id"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_contact_proposals")),
        sa.UniqueConstraint(
            "tenant_id", "one_id", "other_id", name=op.f("uq_contact_proposals_tenant_id_one_id_other_id")
        ),
    )
    op.create_index("ix_contact_proposals_other", "contact_proposals", ["tenant_id", "other_id"])
    op.create_index(
        "ix_contact_proposals_open",
        "contact_proposals",
        ["tenant_id", "id"],
        postgresql_where=sa.text("state = 'open'"),
    )
    guard("contact_proposals", may="SELECT, INSERT, UPDATE")


def _aliases() -> None:
    op.create_table(
        "channel_aliases",
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "channel_id"],
            ["channels.tenant_id", "channels.id"],
            name=op.f("fk_channel_aliases_tenant_id_channel_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_channel_aliases")),
    )
    op.create_index("ix_channel_aliases_address", "channel_aliases", ["address"], unique=True)
    op.create_index("ix_channel_aliases_channel", "channel_aliases", ["tenant_id", "channel_id"])
    guard("channel_aliases", may="SELECT, INSERT, DELETE", shown_to_holder_of="address = presented()")
    # Mailboxes that already declare others: the first to declare an address keeps it.
    op.execute("ALTER TABLE channels NO FORCE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE channel_aliases NO FORCE ROW LEVEL SECURITY")
    op.execute(
        "INSERT INTO channel_aliases (tenant_id, id, channel_id, address) SELECT c.tenant_id, gen_random_uuid(), c.id, "
        "lower(a.address) FROM channels c CROSS JOIN LATERAL jsonb_array_elements_text(c.config -> 'aliases') a(address) "
        "WHERE c.type = 'email' AND jsonb_typeof(c.config -> 'aliases') = 'array' ORDER BY c.id ON CONFLICT DO NOTHING"
    )
    op.execute("ALTER TABLE channel_aliases FORCE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE channels FORCE ROW LEVEL SECURITY")


def _of_contact(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column], ["contacts.tenant_id", "contacts.id"], name=op.f(f"fk_{table}_tenant_id_{column}")
    )
