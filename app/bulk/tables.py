"""Acts over many requests, and what became of each."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from app.db.base import Base, TenantRow, belongs_to, of_tenant


class BulkRecord(TenantRow, Base):
    """One act; `beat_at` is when it last moved: silent for too long, another worker goes on from there."""

    __tablename__ = "bulk_acts"
    __table_args__ = (
        of_tenant(),
        Index("ix_bulk_acts_holder", "tenant_id", "holder", "id"),
        Index("ix_bulk_acts_at_work", "tenant_id", "id", postgresql_where="state IN ('running', 'undoing')"),
    )
    holder: Mapped[str]
    holder_name: Mapped[str]
    act: Mapped[dict[str, Any]]  # the words of a note are gone from it once it has been written
    state: Mapped[str]
    total: Mapped[int]
    unseen: Mapped[int]
    changed: Mapped[int]
    unchanged: Mapped[int]
    refused: Mapped[int]
    undone: Mapped[int]
    kept: Mapped[int]
    begun_at: Mapped[datetime]
    beat_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class BulkItemRecord(TenantRow, Base):
    """One request of an act, in the order of their turns."""

    __tablename__ = "bulk_items"
    __table_args__ = (
        belongs_to("bulk_acts", "bulk_id"),
        belongs_to("tickets", "ticket_id"),
        UniqueConstraint("tenant_id", "bulk_id", "ticket_id"),
        Index("ix_bulk_items_turn", "tenant_id", "bulk_id", "id"),
        Index("ix_bulk_items_ticket", "tenant_id", "ticket_id"),
    )
    bulk_id: Mapped[UUID]
    ticket_id: Mapped[UUID]
    outcome: Mapped[str]
    code: Mapped[str | None]
    detail: Mapped[str | None]
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
