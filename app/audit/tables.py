"""Who did what, and who saw what: appended by everyone, changed by nobody, chained by one sealer."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, FetchedValue, Index, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, TenantRow


class AuditRecord(TenantRow, Base):
    """One act. The application role may insert and read, never update nor delete."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_order", "tenant_id", "xid", "id"),
        Index("ix_audit_entries_object", "tenant_id", "object_id", "id"),
    )
    xid: Mapped[int] = mapped_column(BigInteger, server_default=FetchedValue())
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]
    object_id: Mapped[UUID]
    detail: Mapped[dict[str, Any]]


class SealRecord(Base):
    """One link: h(n) = SHA-256(h(n-1) ‖ canonical entry). Written in commit order, so that writers never wait."""

    __tablename__ = "audit_seals"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "number"),
        Index("ix_audit_seals_entry", "tenant_id", "entry_id", unique=True),
    )
    tenant_id: Mapped[UUID]
    number: Mapped[int]
    entry_id: Mapped[UUID]
    xid: Mapped[int]
    previous: Mapped[bytes]
    digest: Mapped[bytes]
    sealed_at: Mapped[datetime]


class ReadingRecord(TenantRow, Base):
    """Somebody saw something. The application role may insert and read; only `purge_readings()` takes away."""

    __tablename__ = "readings"
    __table_args__ = (
        Index("ix_readings_object", "tenant_id", "object_id", "at"),
        Index("ix_readings_ticket", "tenant_id", "ticket_id", "id"),
        Index("ix_readings_actor", "tenant_id", "actor", "id"),
        Index("ix_readings_at", "tenant_id", "at"),
    )
    at: Mapped[datetime]
    actor: Mapped[str]
    door: Mapped[str]  # web, api
    kind: Mapped[str]
    object_id: Mapped[UUID]  # of a search: half of the keyed digest of its words
    ticket_id: Mapped[UUID | None]  # the request it belongs to, where it belongs to one


class ReadingSettingsRecord(Base):
    """How many months an administration keeps readings, and why when it is long."""

    __tablename__ = "reading_settings"
    __table_args__ = (CheckConstraint("months BETWEEN 6 AND 36", name="months"),)
    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    months: Mapped[int]
    reason: Mapped[str]
    updated_at: Mapped[datetime]
    updated_by: Mapped[str]
    version: Mapped[int]
