"""Live conversations: who waits on which page, and the order of what was said. The words stand where all words stand."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped

from app.db.base import Base, TenantRow, belongs_to


def _goes_with(table: str, column: str) -> ForeignKeyConstraint:
    """A line goes with what it points to: erased words leave no line behind."""
    return ForeignKeyConstraint(["tenant_id", column], [f"{table}.tenant_id", f"{table}.id"], ondelete="CASCADE")


class ConversationRecord(TenantRow, Base):
    """One visitor's conversation. `visitor` is a secret name only its frames bear; `identifier` a site vouched for.

    `seen_at` is when the visitor's page last showed itself. Closing it closes no request: the next message opens it again.
    """

    __tablename__ = "chat_conversations"
    __table_args__ = (
        belongs_to("channels", "channel_id"),
        belongs_to("contact_points", "email_point_id"),
        Index("ix_chat_conversations_open", "tenant_id", "last_at", postgresql_where="closed_at IS NULL"),
    )
    channel_id: Mapped[UUID]
    visitor: Mapped[str]
    identifier: Mapped[str | None]
    name: Mapped[str]
    site: Mapped[str]
    email: Mapped[str | None]
    email_point_id: Mapped[UUID | None]
    last_seq: Mapped[int]
    read_seq: Mapped[int]
    opened_at: Mapped[datetime]
    last_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None]


class LineRecord(Base):
    """One line, numbered within its conversation; its words are in the reception or in the message it points to."""

    __tablename__ = "chat_lines"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "conversation_id", "seq"),
        _goes_with("chat_conversations", "conversation_id"),
        _goes_with("receptions", "reception_id"),
        _goes_with("messages", "message_id"),
        UniqueConstraint("tenant_id", "conversation_id", "client_msg_id"),
        UniqueConstraint("tenant_id", "outbound_id"),
        Index("ix_chat_lines_reception", "tenant_id", "reception_id"),
        Index("ix_chat_lines_message", "tenant_id", "message_id"),
        Index("ix_chat_lines_remote", "tenant_id", "remote", "at", postgresql_where="remote IS NOT NULL"),
    )
    tenant_id: Mapped[UUID]
    conversation_id: Mapped[UUID]
    seq: Mapped[int]
    kind: Mapped[str]
    notice: Mapped[str | None]
    reception_id: Mapped[UUID | None]
    message_id: Mapped[UUID | None]
    outbound_id: Mapped[UUID | None]
    client_msg_id: Mapped[str | None]
    digest: Mapped[str | None]
    remote: Mapped[str | None]
    at: Mapped[datetime]


class EntryRecord(TenantRow, Base):
    """A ticket of entry: used once, within a minute. `remote` is a keyed digest of the address it was asked from."""

    __tablename__ = "chat_entries"
    __table_args__ = (
        belongs_to("channels", "channel_id"),
        UniqueConstraint("tenant_id", "digest"),
        Index("ix_chat_entries_remote", "tenant_id", "remote", "made_at"),
        Index("ix_chat_entries_made", "tenant_id", "made_at"),
    )
    channel_id: Mapped[UUID]
    digest: Mapped[str]
    identifier: Mapped[str | None]
    name: Mapped[str]
    site: Mapped[str]
    remote: Mapped[str]
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class DeskRecord(TenantRow, Base):
    """An agent who answers live until `until_at`; the identifier is that of their key."""

    __tablename__ = "chat_desks"
    until_at: Mapped[datetime]
