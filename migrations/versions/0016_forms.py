"""Forms edited by the administration, with their versions and the addresses they had."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.db.tenancy import guard

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "forms",
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("latest", sa.BigInteger(), nullable=False),
        sa.Column("published", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_forms_tenant_id")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "channel_id"],
            ["channels.tenant_id", "channels.id"],
            name=op.f("fk_forms_tenant_id_channel_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_forms")),
        sa.UniqueConstraint("tenant_id", "channel_id", name=op.f("uq_forms_tenant_id_channel_id")),
    )
    guard("forms", may="SELECT, INSERT, UPDATE")
    op.create_table(
        "form_versions",
        sa.Column("form_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("intro", sa.Text(), nullable=False),
        sa.Column("intro_en", sa.Text(), nullable=False),
        sa.Column("questions", postgresql.JSONB(), nullable=False),
        sa.Column("sites", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "form_id"], ["forms.tenant_id", "forms.id"], name=op.f("fk_form_versions_tenant_id_form_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_form_versions")),
        sa.UniqueConstraint("tenant_id", "form_id", "number", name=op.f("uq_form_versions_tenant_id_form_id_number")),
    )
    guard("form_versions", may="SELECT, INSERT")
    op.create_table(
        "form_former_addresses",
        sa.Column("form_id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "form_id"],
            ["forms.tenant_id", "forms.id"],
            name=op.f("fk_form_former_addresses_tenant_id_form_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_form_former_addresses")),
    )
    op.create_index("ix_form_former_addresses_slug", "form_former_addresses", ["slug"], unique=True)
    op.create_index("ix_form_former_addresses_form", "form_former_addresses", ["tenant_id", "form_id"])
    guard("form_former_addresses", may="SELECT, INSERT", shown_to_holder_of="slug = presented()")
    op.create_table(
        "report_publications",
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("photos", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.Text(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "ticket_id"],
            ["tickets.tenant_id", "tickets.id"],
            name=op.f("fk_report_publications_tenant_id_ticket_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_report_publications")),
        sa.UniqueConstraint("tenant_id", "ticket_id", name=op.f("uq_report_publications_tenant_id_ticket_id")),
    )
    guard("report_publications", may="SELECT, INSERT, UPDATE, DELETE")


def downgrade() -> None:
    op.drop_table("report_publications")
    op.drop_table("form_former_addresses")
    op.drop_table("form_versions")
    op.drop_table("forms")
