"""What one request has to do with another."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from app.db.base import Base, TenantRow, belongs_to


class LinkRecord(TenantRow, Base):
    """`source_id` is related to, a duplicate of, or follows `target_id`; a row is seen by who sees both."""

    __tablename__ = "ticket_links"
    __table_args__ = (
        belongs_to("tickets", "source_id"),
        belongs_to("tickets", "target_id"),
        UniqueConstraint("tenant_id", "source_id", "target_id", "kind"),
        Index("ix_ticket_links_target", "tenant_id", "target_id", "id"),
    )
    kind: Mapped[str]  # related, duplicate_of, follows
    source_id: Mapped[UUID]
    target_id: Mapped[UUID]
    actor: Mapped[str]
    at: Mapped[datetime]
