"""Live conversations."""

import sqlalchemy as sa
from alembic import op

from app.db.tenancy import guard

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _conversations()
    _lines()
    _entries()
    _desks()


def downgrade() -> None:
    for table in ("chat_desks", "chat_entries", "chat_lines", "chat_conversations"):
        op.drop_table(table)


def _conversations() -> None:
    op.create_table(
        "chat_conversations",
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("visitor", sa.Text(), nullable=False),
        sa.Column("identifier", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("email_point_id", sa.Uuid(), nullable=True),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.Column("read_seq", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", _INSTANT, nullable=False),
        sa.Column("last_at", _INSTANT, nullable=False),
        sa.Column("seen_at", _INSTANT, nullable=True),
        sa.Column("closed_at", _INSTANT, nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        _of("chat_conversations", "channels", "channel_id"),
        _of("chat_conversations", "contact_points", "email_point_id"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_chat_conversations")),
    )
    op.create_index(
        "ix_chat_conversations_open",
        "chat_conversations",
        ["tenant_id", "last_at"],
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    guard("chat_conversations", may="SELECT, INSERT, UPDATE, DELETE")


def _lines() -> None:
    op.create_table(
        "chat_lines",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("notice", sa.Text(), nullable=True),
        sa.Column("reception_id", sa.Uuid(), nullable=True),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("outbound_id", sa.Uuid(), nullable=True),
        sa.Column("client_msg_id", sa.Text(), nullable=True),
        sa.Column("digest", sa.Text(), nullable=True),
        sa.Column("remote", sa.Text(), nullable=True),
        sa.Column("at", _INSTANT, nullable=False),
        _of("chat_lines", "chat_conversations", "conversation_id", cascade=True),
        _of("chat_lines", "receptions", "reception_id", cascade=True),
        _of("chat_lines", "messages", "message_id", cascade=True),
        sa.PrimaryKeyConstraint("tenant_id", "conversation_id", "seq", name=op.f("pk_chat_lines")),
        sa.UniqueConstraint(
            "tenant_id",
            "conversation_id",
            "client_msg_id",
            name=op.f("uq_chat_lines_tenant_id_conversation_id_client_msg_id"),
        ),
        sa.UniqueConstraint("tenant_id", "outbound_id", name=op.f("uq_chat_lines_tenant_id_outbound_id")),
    )
    op.create_index("ix_chat_lines_reception", "chat_lines", ["tenant_id", "reception_id"])
    op.create_index("ix_chat_lines_message", "chat_lines", ["tenant_id", "message_id"])
    op.create_index(
        "ix_chat_lines_remote",
        "chat_lines",
        ["tenant_id", "remote", "at"],
        postgresql_where=sa.text("remote IS NOT NULL"),
    )
    guard("chat_lines", may="SELECT, INSERT, UPDATE, DELETE")


def _entries() -> None:
    op.create_table(
        "chat_entries",
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("identifier", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("remote", sa.Text(), nullable=False),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.Column("used_at", _INSTANT, nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        _of("chat_entries", "channels", "channel_id"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_chat_entries")),
        sa.UniqueConstraint("tenant_id", "digest", name=op.f("uq_chat_entries_tenant_id_digest")),
    )
    op.create_index("ix_chat_entries_remote", "chat_entries", ["tenant_id", "remote", "made_at"])
    op.create_index("ix_chat_entries_made", "chat_entries", ["tenant_id", "made_at"])
    guard("chat_entries", may="SELECT, INSERT, UPDATE, DELETE")


def _desks() -> None:
    op.create_table(
        "chat_desks",
        sa.Column("until_at", _INSTANT, nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_chat_desks")),
    )
    guard("chat_desks", may="SELECT, INSERT, UPDATE, DELETE")


def _of(table: str, other: str, column: str, *, cascade: bool = False) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column],
        [f"{other}.tenant_id", f"{other}.id"],
        name=op.f(f"fk_{table}_tenant_id_{column}"),
        ondelete="CASCADE" if cascade else None,
    )
