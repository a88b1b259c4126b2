"""Letters as they were composed, and the letterheads they were composed on."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped

from app.db.base import Base, TenantRow, belongs_to, of_tenant


class LetterheadRecord(TenantRow, Base):
    """What an administration puts on its letters; never edited, superseded by the next."""

    __tablename__ = "letterheads"
    __table_args__ = (of_tenant(),)
    place: Mapped[str]
    signatory_name: Mapped[str]
    signatory_title: Mapped[str]
    court: Mapped[str]
    court_address: Mapped[str]
    footer: Mapped[str]
    logo_sha256: Mapped[str | None]
    logo_type: Mapped[str | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str]


class LetterWordingRecord(TenantRow, Base):
    """The administration's own words on a kind of letter; never edited, superseded by the next edition."""

    __tablename__ = "letter_wordings"
    __table_args__ = (of_tenant(), UniqueConstraint("tenant_id", "kind", "edition"))
    kind: Mapped[str]
    edition: Mapped[int]
    opening: Mapped[str]
    closing: Mapped[str]
    created_at: Mapped[datetime]
    created_by: Mapped[str]


class LetterRecord(TenantRow, Base):
    """A letter as it was composed: its words, its page (`pdf_sha256` among the pieces), what it was made of."""

    __tablename__ = "letters"
    __table_args__ = (
        belongs_to("saisines", "saisine_id"),
        belongs_to("tickets", "ticket_id"),
        belongs_to("letterheads", "letterhead_id"),
        Index("ix_letters_saisine", "tenant_id", "saisine_id", "id"),
    )
    saisine_id: Mapped[UUID]
    ticket_id: Mapped[UUID]
    kind: Mapped[str]
    title: Mapped[str]
    text: Mapped[str]
    fields: Mapped[dict[str, Any]]
    mentions: Mapped[list[str]]
    template: Mapped[str]
    rules_version: Mapped[str]
    letterhead_id: Mapped[UUID | None]
    pdf_sha256: Mapped[str]
    way: Mapped[str]  # channel, or the way it leaves the house by hand: post, counter
    outbound_id: Mapped[UUID | None]
    event_id: Mapped[UUID | None]  # the legal event it was, when it was one
    composed_at: Mapped[datetime]
    composed_by: Mapped[str]


class LetterDeliveryRecord(Base):
    """What the post says of one letter: one row a letter, written again as more is known."""

    __tablename__ = "letter_deliveries"
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "letter_id"), belongs_to("letters", "letter_id"))
    tenant_id: Mapped[UUID]
    letter_id: Mapped[UUID]
    tracking: Mapped[str | None]
    first_presented_on: Mapped[date | None]
    signed_on: Mapped[date | None]
    slip_sha256: Mapped[str | None]
    event_id: Mapped[UUID | None]
    noted_at: Mapped[datetime | None]
    noted_by: Mapped[str | None]
    version: Mapped[int]
