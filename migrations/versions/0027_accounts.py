"""People of the house: accounts, teams, sessions."""

import sqlalchemy as sa
from alembic import op

from app.db.tenancy import guard

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

TABLES = ("sign_in_failures", "invitations", "sessions", "memberships", "teams", "users")


def upgrade() -> None:
    _people()
    _ways_in()
    guard("users", may="SELECT, INSERT, UPDATE, DELETE")
    guard("teams", may="SELECT, INSERT, UPDATE")
    guard("memberships", may="SELECT, INSERT, DELETE")
    guard("sessions", may="SELECT, INSERT, UPDATE, DELETE", shown_to_holder_of="digest = presented()")
    guard("invitations", may="SELECT, INSERT, UPDATE, DELETE", shown_to_holder_of="digest = presented()")
    guard("sign_in_failures", may="SELECT, INSERT, DELETE")
    # The page of signing in knows an administration by its name in addresses, before it knows who is there.
    op.execute("CREATE POLICY of_holder ON tenants FOR SELECT USING (slug = presented())")


def _people() -> None:
    op.create_table(
        "users",
        *_row(),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("reach", sa.Text(), nullable=True),
        sa.Column("password", sa.Text(), nullable=True),
        _at("password_changed_at", nullable=True),
        sa.Column("totp", sa.LargeBinary(), nullable=True),
        sa.Column("totp_step", sa.BigInteger(), nullable=True),
        _at("suspended_at", nullable=True),
        _at("seen_at", nullable=True),
        _at("created_at"),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_users"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_users_tenant_id"),
    )
    op.create_index("uq_users_email", "users", ["tenant_id", "email_key"], unique=True)
    op.create_table(
        "teams",
        *_row(),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        _at("archived_at", nullable=True),
        _at("created_at"),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_teams"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_teams_tenant_id"),
        _to("teams", "parent_id", of="teams"),
    )
    op.create_index(
        "uq_teams_name", "teams", ["tenant_id", "name_key"], unique=True, postgresql_where="archived_at IS NULL"
    )
    op.create_table(
        "memberships",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        _at("since"),
        sa.PrimaryKeyConstraint("tenant_id", "user_id", "team_id", name="pk_memberships"),
        _to("users", "user_id", of="memberships"),
        _to("teams", "team_id", of="memberships"),
    )
    op.create_index("ix_memberships_team", "memberships", ["tenant_id", "team_id"])


def _ways_in() -> None:
    op.create_table(
        "sessions",
        *_row(),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("strength", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        _at("started_at"),
        _at("seen_at"),
        _at("until"),
        _at("ended_at", nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_sessions"),
        _to("users", "user_id", of="sessions"),
        _to("api_keys", "key_id", of="sessions"),
    )
    op.create_index("ix_sessions_digest", "sessions", ["digest"], unique=True)
    op.create_index("ix_sessions_user", "sessions", ["tenant_id", "user_id", "id"])
    op.create_table(
        "invitations",
        *_row(),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("invited_by", sa.Text(), nullable=False),
        _at("created_at"),
        _at("expires_at"),
        _at("used_at", nullable=True),
        _at("revoked_at", nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_invitations"),
        _to("users", "user_id", of="invitations"),
    )
    op.create_index("ix_invitations_digest", "invitations", ["digest"], unique=True)
    op.create_table(
        "sign_in_failures",
        *_row(),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        _at("at"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_sign_in_failures"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_sign_in_failures_tenant_id"),
    )
    op.create_index("ix_sign_in_failures_account", "sign_in_failures", ["tenant_id", "account", "at"])
    op.create_index("ix_sign_in_failures_address", "sign_in_failures", ["tenant_id", "address", "at"])


def _row() -> tuple[sa.Column, sa.Column]:
    return sa.Column("tenant_id", sa.Uuid(), nullable=False), sa.Column("id", sa.Uuid(), nullable=False)


def _at(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _to(table: str, column: str, *, of: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column], [f"{table}.tenant_id", f"{table}.id"], name=f"fk_{of}_tenant_id_{column}"
    )


def downgrade() -> None:
    op.execute("DROP POLICY of_holder ON tenants")
    for table in TABLES:
        op.drop_table(table)
