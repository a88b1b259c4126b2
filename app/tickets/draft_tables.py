"""What agents began to write and have not sent."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from app.db.base import Base, TenantRow, belongs_to


class DraftRecord(TenantRow, Base):
    """One draft: a request, who writes as facts name them, and whether it is an answer or a note."""

    __tablename__ = "drafts"
    __table_args__ = (
        belongs_to("tickets", "ticket_id"),
        UniqueConstraint("tenant_id", "ticket_id", "author", "kind"),
        Index("ix_drafts_changed_at", "tenant_id", "changed_at"),
    )
    ticket_id: Mapped[UUID]
    author: Mapped[str]
    kind: Mapped[str]
    text: Mapped[str]
    shared: Mapped[bool]
    begun_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    version: Mapped[int]


class DraftPieceRecord(TenantRow, Base):
    """A piece kept beside a draft, begun or not: it is named by the request, who writes and what it would become."""

    __tablename__ = "draft_pieces"
    __table_args__ = (
        belongs_to("tickets", "ticket_id"),
        UniqueConstraint("tenant_id", "ticket_id", "author", "kind", "sha256", "name"),
        Index("ix_draft_pieces_added_at", "tenant_id", "added_at"),
        Index("ix_draft_pieces_content", "tenant_id", "sha256"),
    )
    ticket_id: Mapped[UUID]
    author: Mapped[str]
    kind: Mapped[str]
    name: Mapped[str]
    content_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    added_at: Mapped[datetime]
