"""Words an administration files its requests under."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped

from app.db.base import Base, TenantRow, belongs_to


class TagRecord(TenantRow, Base):
    """One tag of the list; archived ones stay where they were put. `name_key` is the form in which names are compared."""

    __tablename__ = "tags"
    __table_args__ = (UniqueConstraint("tenant_id", "name_key"),)
    name: Mapped[str]
    name_key: Mapped[str]
    color: Mapped[str]
    archived_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    version: Mapped[int]


class TicketTagRecord(Base):
    """A tag on a request."""

    __tablename__ = "ticket_tags"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "ticket_id", "tag_id"),
        belongs_to("tickets", "ticket_id"),
        belongs_to("tags", "tag_id"),
        Index("ix_ticket_tags_tag", "tenant_id", "tag_id", "ticket_id"),
    )
    tenant_id: Mapped[UUID]
    ticket_id: Mapped[UUID]
    tag_id: Mapped[UUID]
    at: Mapped[datetime]
    actor: Mapped[str]
