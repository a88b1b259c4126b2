"""Ready-made words and acts: canned replies and macros."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.db.tenancy import guard

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _canned_replies()
    _macros()


def downgrade() -> None:
    for table in ("macros", "canned_replies"):
        op.drop_table(table)


def _canned_replies() -> None:
    op.create_table(
        "canned_replies",
        sa.Column("shortcut", sa.Text(), nullable=False),
        sa.Column("texts", postgresql.JSONB(), nullable=False),
        *_owned("canned_replies"),
        sa.UniqueConstraint(
            "tenant_id",
            "owner",
            "holder",
            "team_id",
            "shortcut",
            name=op.f("uq_canned_replies_tenant_id_owner_holder_team_id_shortcut"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index("ix_canned_replies_rank", "canned_replies", ["tenant_id", "rank", "id"])
    guard("canned_replies", may="SELECT, INSERT, UPDATE, DELETE")


def _macros() -> None:
    op.create_table("macros", sa.Column("acts", postgresql.JSONB(), nullable=False), *_owned("macros"))
    op.create_index("ix_macros_rank", "macros", ["tenant_id", "rank", "id"])
    guard("macros", may="SELECT, INSERT, UPDATE, DELETE")


def _owned(table: str) -> list[sa.Column | sa.Constraint]:
    """The columns of what a person, a team or the administration keeps."""
    return [
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=True),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("rank", sa.BigInteger(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "team_id"], ["teams.tenant_id", "teams.id"], name=op.f(f"fk_{table}_tenant_id_team_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{table}")),
    ]
