"""People, and the addresses they write from."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Computed, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, TenantRow, belongs_to


class ContactRecord(TenantRow, Base):
    __tablename__ = "contacts"
    __table_args__ = (Index("ix_contacts_name", "tenant_id", "name_key"),)
    display_name: Mapped[str]
    name_key: Mapped[str] = mapped_column(Computed("folded(display_name)", persisted=True))
    created_at: Mapped[datetime]
    version: Mapped[int]


class ContactPointRecord(TenantRow, Base):
    """An address of one kind. `scope` is the account that gives the address its meaning (a page id), else empty."""

    __tablename__ = "contact_points"
    __table_args__ = (
        belongs_to("contacts", "contact_id"),
        UniqueConstraint("tenant_id", "kind", "scope", "address"),
        Index("ix_contact_points_contact", "tenant_id", "contact_id"),
    )
    contact_id: Mapped[UUID]
    kind: Mapped[str]
    scope: Mapped[str]
    address: Mapped[str]
    display_name: Mapped[str]
    opted_out_at: Mapped[datetime | None]
    verified_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
