"""Doubtful submissions, confirmed by their sender."""

import sqlalchemy as sa
from alembic import op

from app.db.tenancy import guard

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_TABLE = "submission_confirmations"


def upgrade() -> None:
    op.add_column("forms", sa.Column("proof", sa.Text(), nullable=False, server_default="off"))
    op.alter_column("forms", "proof", server_default=None)
    _confirmations()
    op.create_table(
        "spent_proofs",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("submission", sa.Text(), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_spent_proofs_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "nonce", name=op.f("pk_spent_proofs")),
    )
    guard("spent_proofs", may="SELECT, INSERT, DELETE")
    op.create_table(
        "form_networks",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_form_networks_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "network", "since_at", name=op.f("pk_form_networks")),
    )
    guard("form_networks", may="SELECT, INSERT, UPDATE, DELETE")


def downgrade() -> None:
    op.drop_table("form_networks")
    op.drop_table("spent_proofs")
    op.drop_table(_TABLE)
    op.drop_column("forms", "proof")


def _confirmations() -> None:
    op.create_table(
        _TABLE,
        sa.Column("reception_id", sa.Uuid(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("same_as", sa.Uuid(), nullable=True),
        sa.Column("submission", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("mail", sa.Text(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lapsed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        _within("receptions", "reception_id"),
        _within("channels", "channel_id"),
        _within(_TABLE, "same_as"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{_TABLE}")),
        sa.UniqueConstraint("tenant_id", "reception_id", name=op.f(f"uq_{_TABLE}_tenant_id_reception_id")),
    )
    due, still_open = sa.text("mail = 'due'"), sa.text("confirmed_at IS NULL AND lapsed_at IS NULL")
    op.create_index(f"ix_{_TABLE}_due", _TABLE, ["tenant_id", "next_attempt_at"], postgresql_where=due)
    op.create_index(f"ix_{_TABLE}_open", _TABLE, ["tenant_id", "expires_at"], postgresql_where=still_open)
    op.create_index(f"ix_{_TABLE}_recipient", _TABLE, ["tenant_id", "recipient", "asked_at"])
    op.create_index(f"ix_{_TABLE}_submission", _TABLE, ["tenant_id", "channel_id", "submission"])
    guard(_TABLE, may="SELECT, INSERT, UPDATE, DELETE")


def _within(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column], [f"{table}.tenant_id", f"{table}.id"], name=op.f(f"fk_{_TABLE}_tenant_id_{column}")
    )
