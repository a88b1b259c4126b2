"""What is decided of people's data: holds, restrictions, corrections, exports, erasures, contents to be removed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped

from app.db.base import Base, TenantRow, belongs_to


class LegalHoldRecord(TenantRow, Base):
    """Somebody decided that a request, or all that a person sent, is kept whatever is asked: a trial, an inquiry."""

    __tablename__ = "legal_holds"
    __table_args__ = (
        belongs_to("tickets", "ticket_id"),
        belongs_to("contacts", "contact_id"),
        CheckConstraint("num_nonnulls(ticket_id, contact_id) = 1", name="one_subject"),
        Index(
            "ix_legal_holds_ticket",
            "tenant_id",
            "ticket_id",
            postgresql_where="lifted_at IS NULL AND ticket_id IS NOT NULL",
        ),
        Index(
            "ix_legal_holds_contact",
            "tenant_id",
            "contact_id",
            postgresql_where="lifted_at IS NULL AND contact_id IS NOT NULL",
        ),
    )
    ticket_id: Mapped[UUID | None]
    contact_id: Mapped[UUID | None]
    reason: Mapped[str]
    since_at: Mapped[datetime]
    set_by: Mapped[str]
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[str | None]
    lifted_reason: Mapped[str | None]
    version: Mapped[int]


class RestrictionRecord(TenantRow, Base):
    """Processing restricted (RGPD art. 18): one at a time for a person, and the story of those before."""

    __tablename__ = "contact_restrictions"
    __table_args__ = (
        belongs_to("contacts", "contact_id"),
        Index(
            "ix_contact_restrictions_present",
            "tenant_id",
            "contact_id",
            unique=True,
            postgresql_where="lifted_at IS NULL",
        ),
    )
    contact_id: Mapped[UUID]
    ground: Mapped[str]
    reason: Mapped[str]
    since_at: Mapped[datetime]
    set_by: Mapped[str]
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[str | None]
    lifted_reason: Mapped[str | None]


class CorrectionRecord(TenantRow, Base):
    """A rectification (RGPD art. 16): what stood there before is sealed, and shown to nobody."""

    __tablename__ = "contact_corrections"
    __table_args__ = (
        belongs_to("contacts", "contact_id"),
        Index("ix_contact_corrections_contact", "tenant_id", "contact_id", "id"),
    )
    contact_id: Mapped[UUID]
    point_id: Mapped[UUID | None]
    field: Mapped[str]
    before_sealed: Mapped[bytes]
    reason: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]


class AccessExportRecord(TenantRow, Base):
    """A copy of all that is held about a person (RGPD art. 15, 20), gathered with the eyes of who asked for it."""

    __tablename__ = "access_exports"
    __table_args__ = (
        belongs_to("contacts", "contact_id"),
        Index("ix_access_exports_contact", "tenant_id", "contact_id", "id"),
        Index("ix_access_exports_due", "tenant_id", "next_attempt_at", postgresql_where="state = 'asked'"),
        Index("ix_access_exports_ending", "tenant_id", "expires_at", postgresql_where="state = 'ready'"),
    )
    contact_id: Mapped[UUID]
    reason: Mapped[str]
    state: Mapped[str]  # asked, ready, failed, expired
    eyes: Mapped[dict[str, Any] | None]  # null: a program's key, which sees every request
    masked: Mapped[dict[str, Any]]  # how much was left out, by rule
    asked_at: Mapped[datetime]
    asked_by: Mapped[str]
    next_attempt_at: Mapped[datetime | None]
    attempts: Mapped[int]
    made_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    sha256: Mapped[str | None]
    size: Mapped[int | None]
    incomplete: Mapped[bool]
    downloads: Mapped[int]


class ErasureRecord(TenantRow, Base):
    """A plan of erasure (RGPD art. 17), line by line, and how far it was carried out. It holds no word of theirs."""

    __tablename__ = "erasures"
    __table_args__ = (
        belongs_to("contacts", "contact_id"),
        Index("ix_erasures_contact", "tenant_id", "contact_id", "id"),
        Index("ix_erasures_running", "tenant_id", "id", postgresql_where="state = 'confirmed'"),
    )
    contact_id: Mapped[UUID]
    ground: Mapped[str]
    reason: Mapped[str]
    archives_visa: Mapped[str | None]
    state: Mapped[str]  # planned, confirmed, done
    lines: Mapped[list[Any]]
    asked_at: Mapped[datetime]
    asked_by: Mapped[str]
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    version: Mapped[int]


class ErasedPieceRecord(Base):
    """A content that an erasure let go: removed from the store once it is sure that nobody else holds it."""

    __tablename__ = "erased_pieces"
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "sha256"),)
    tenant_id: Mapped[UUID]
    sha256: Mapped[str]
    since_at: Mapped[datetime]
