"""Where words are looked for: a table the application's role cannot read, kept by triggers (migration 0041)."""

from uuid import UUID

from sqlalchemy import Index, PrimaryKeyConstraint
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class MessageWordsRecord(Base):
    """The words of one message, or of what a machine read in a piece of it. Nothing here is anybody's to write."""

    __tablename__ = "message_words"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "message_id", "content"),
        Index("ix_message_words_ticket", "tenant_id", "ticket_id"),
        Index("ix_message_words_content", "tenant_id", "content", postgresql_where="content <> ''::text"),
        Index("ix_message_words_search", "tenant_id", "search", postgresql_using="gin"),
    )
    tenant_id: Mapped[UUID]
    message_id: Mapped[UUID]
    content: Mapped[str]  # empty for the message's own words; the digest of the piece a machine read
    ticket_id: Mapped[UUID]
    search: Mapped[str] = mapped_column(TSVECTOR)
