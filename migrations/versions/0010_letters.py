"""Letters and the letterheads they are composed on; neither is ever rewritten."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.db.tenancy import guard

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "letterheads",
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("signatory_name", sa.Text(), nullable=False),
        sa.Column("signatory_title", sa.Text(), nullable=False),
        sa.Column("court", sa.Text(), nullable=False),
        sa.Column("court_address", sa.Text(), nullable=False),
        sa.Column("footer", sa.Text(), nullable=False),
        sa.Column("logo_sha256", sa.Text(), nullable=True),
        sa.Column("logo_type", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_letterheads_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_letterheads")),
    )
    guard("letterheads", may="SELECT, INSERT")
    op.create_table(
        "letters",
        sa.Column("saisine_id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("fields", postgresql.JSONB(), nullable=False),
        sa.Column("mentions", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("rules_version", sa.Text(), nullable=False),
        sa.Column("letterhead_id", sa.Uuid(), nullable=True),
        sa.Column("pdf_sha256", sa.Text(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("outbound_id", sa.Uuid(), nullable=True),
        sa.Column("event_id", sa.Uuid(), nullable=True),
        sa.Column("composed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("composed_by", sa.Text(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "saisine_id"],
            ["saisines.tenant_id", "saisines.id"],
            name=op.f("fk_letters_tenant_id_saisine_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "ticket_id"],
            ["tickets.tenant_id", "tickets.id"],
            name=op.f("fk_letters_tenant_id_ticket_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "letterhead_id"],
            ["letterheads.tenant_id", "letterheads.id"],
            name=op.f("fk_letters_tenant_id_letterhead_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_letters")),
    )
    op.create_index("ix_letters_saisine", "letters", ["tenant_id", "saisine_id", "id"])
    guard("letters", may="SELECT, INSERT, UPDATE (ticket_id)")


def downgrade() -> None:
    op.drop_table("letters")
    op.drop_table("letterheads")
