"""Who did what: appended by everyone, changed by nobody, chained by one sealer."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, FetchedValue, Index, PrimaryKeyConstraint
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
