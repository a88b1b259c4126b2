"""Fields an administration adds to its requests, and what agents write in them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from app.db.sightlines import in_sight
from app.db.tenancy import guard

revision = "0055"
down_revision = "0056"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _fields()
    _values()


def downgrade() -> None:
    op.drop_table("ticket_fields")
    op.drop_table("custom_fields")


def _fields() -> None:
    op.create_table(
        "custom_fields",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("label_en", sa.Text(), nullable=True),
        sa.Column("help", sa.Text(), nullable=False),
        sa.Column("required_to_close", sa.Boolean(), nullable=False),
        sa.Column("choices", JSONB(), nullable=False),
        sa.Column("procedures", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("rank", sa.BigInteger(), nullable=False),
        sa.Column("archived_at", _INSTANT, nullable=True),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_custom_fields")),
        sa.UniqueConstraint("tenant_id", "key", name=op.f("uq_custom_fields_tenant_id_key")),
    )
    op.create_index("ix_custom_fields_rank", "custom_fields", ["tenant_id", "rank", "id"])
    guard("custom_fields", may="SELECT, INSERT, UPDATE")


def _values() -> None:
    op.create_table(
        "ticket_fields",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("field_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("match", sa.Text(), nullable=True),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "ticket_id"],
            ["tickets.tenant_id", "tickets.id"],
            name=op.f("fk_ticket_fields_tenant_id_ticket_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "field_id"],
            ["custom_fields.tenant_id", "custom_fields.id"],
            name=op.f("fk_ticket_fields_tenant_id_field_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "ticket_id", "field_id", "place", name=op.f("pk_ticket_fields")),
    )
    op.create_index("ix_ticket_fields_match", "ticket_fields", ["tenant_id", "field_id", "match", "ticket_id"])
    guard("ticket_fields", may="SELECT, INSERT, DELETE")
    in_sight("ticket_fields", by="ticket_id")
