"""Absences and who stands in, passkeys, fresh proofs, links to choose a password by mail, keys that replace others."""

import sqlalchemy as sa
from alembic import op

from app.db.sightlines import DROPPED_LOANS, LOANS, tickets_in_sight, tickets_in_sight_without_loans
from app.db.tenancy import guard

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
_NOW = sa.text("now()")


def upgrade() -> None:
    _absences()
    _passkeys()
    _kept_forms()
    op.add_column("sessions", sa.Column("proven_at", _INSTANT, nullable=False, server_default=_NOW))
    op.execute("UPDATE sessions SET proven_at = started_at")
    op.alter_column("sessions", "proven_at", server_default=None)
    op.add_column("invitations", sa.Column("purpose", sa.Text(), nullable=False, server_default="invitation"))
    op.alter_column("invitations", "purpose", server_default=None)
    op.add_column("api_keys", sa.Column("replaces_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        "fk_api_keys_tenant_id_replaces_id",
        "api_keys",
        "api_keys",
        ["tenant_id", "replaces_id"],
        ["tenant_id", "id"],
    )
    op.execute(LOANS)
    op.execute("DROP POLICY in_sight ON tickets")
    tickets_in_sight()


def downgrade() -> None:
    op.execute("DROP POLICY in_sight ON tickets")
    tickets_in_sight_without_loans()
    op.execute(DROPPED_LOANS)
    op.drop_constraint("fk_api_keys_tenant_id_replaces_id", "api_keys")
    op.drop_column("api_keys", "replaces_id")
    op.drop_column("invitations", "purpose")
    op.drop_column("sessions", "proven_at")
    for table in ("kept_forms", "passkeys", "absences"):
        op.drop_table(table)


def _absences() -> None:
    op.create_table(
        "absences",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("stand_in_id", sa.Uuid(), nullable=True),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.Column("declared_by", sa.Text(), nullable=False),
        sa.Column("declared_at", _INSTANT, nullable=False),
        sa.Column("cancelled_at", _INSTANT, nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        _of_user("absences", "user_id"),
        _of_user("absences", "stand_in_id"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_absences"),
    )
    op.create_index("ix_absences_user", "absences", ["tenant_id", "user_id", "until_on"])
    op.create_index("ix_absences_stand_in", "absences", ["tenant_id", "stand_in_id", "until_on"])
    guard("absences", may="SELECT, INSERT, UPDATE")


def _passkeys() -> None:
    op.create_table(
        "passkeys",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        # The SHA-256 of the credential's identifier: a browser presents it before the administration is known.
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("credential", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("counter", sa.BigInteger(), nullable=False),
        sa.Column("transports", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("may_be_copied", sa.Boolean(), nullable=False),
        sa.Column("copied", sa.Boolean(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("last_used_at", _INSTANT, nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        _of_user("passkeys", "user_id"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_passkeys"),
    )
    op.create_index("ix_passkeys_digest", "passkeys", ["digest"], unique=True)
    op.create_index("ix_passkeys_user", "passkeys", ["tenant_id", "user_id"])
    guard("passkeys", may="SELECT, INSERT, UPDATE, DELETE", shown_to_holder_of="digest = presented()")


def _kept_forms() -> None:
    op.create_table(
        "kept_forms",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        _of_user("kept_forms", "user_id"),
        sa.PrimaryKeyConstraint("tenant_id", "user_id", name="pk_kept_forms"),
    )
    guard("kept_forms", may="SELECT, INSERT, UPDATE, DELETE")


def _of_user(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column], ["users.tenant_id", "users.id"], name=f"fk_{table}_tenant_id_{column}"
    )
