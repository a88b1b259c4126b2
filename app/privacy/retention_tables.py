"""How long requests are kept, and the lists by which they leave."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, TenantRow, belongs_to


class RetentionPolicyRecord(Base):
    """What one administration decided for one category; without a row nothing was decided, and nothing is done."""

    __tablename__ = "retention_policies"
    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    category: Mapped[str] = mapped_column(primary_key=True)
    active_months: Mapped[int]
    archive_months: Mapped[int]
    counted_from: Mapped[str]  # closure, last_effect
    fate: Mapped[str]  # destroy, transfer, undecided
    legal_basis: Mapped[str]
    decided_at: Mapped[datetime]
    decided_by: Mapped[str]
    version: Mapped[int]


class EliminationListRecord(TenantRow, Base):
    """A list for the archives (code du patrimoine, L212-2): proposed, submitted, approved with its visa, carried out."""

    __tablename__ = "elimination_lists"
    __table_args__ = (
        UniqueConstraint("tenant_id", "reference"),
        Index("uq_elimination_lists_proposed", "tenant_id", "fate", unique=True, postgresql_where="state = 'proposed'"),
    )
    reference: Mapped[str]
    fate: Mapped[str]
    state: Mapped[str]
    salt: Mapped[bytes]
    made_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    submitted_by: Mapped[str | None]
    visa_reference: Mapped[str | None]
    visa_on: Mapped[date | None]
    visa_by: Mapped[str | None]
    visa_entered_at: Mapped[datetime | None]
    visa_entered_by: Mapped[str | None]
    started_at: Mapped[datetime | None]
    started_by: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    ended_because: Mapped[str | None]
    listed: Mapped[int]
    erased: Mapped[int]
    kept: Mapped[int]
    digest: Mapped[bytes | None]
    version: Mapped[int]


class EliminationLineRecord(TenantRow, Base):
    """One request of a list: dates and a category, never a word of it. It outlives the request."""

    __tablename__ = "elimination_lines"
    __table_args__ = (
        belongs_to("elimination_lists", "list_id"),
        Index("ix_elimination_lines_list", "tenant_id", "list_id", "id"),
        Index(
            "uq_elimination_lines_listed", "tenant_id", "ticket_id", unique=True, postgresql_where="state = 'listed'"
        ),
    )
    list_id: Mapped[UUID]
    ticket_id: Mapped[UUID]
    reference: Mapped[str]
    category: Mapped[str]
    opened_on: Mapped[date]
    counted_on: Mapped[date]
    due_on: Mapped[date]
    legal_basis: Mapped[str]
    because: Mapped[str]
    state: Mapped[str]  # listed, erased, kept, released
    kept_because: Mapped[str | None]
    digest: Mapped[bytes | None]
    acted_at: Mapped[datetime | None]
