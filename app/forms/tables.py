"""Forms, their versions, the addresses they had, and what is known of submissions nobody is sure of."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, TenantRow, belongs_to, of_tenant


class FormRecord(TenantRow, Base):
    """A form; its channel receives what citizens send by it."""

    __tablename__ = "forms"
    __table_args__ = (
        of_tenant(),
        belongs_to("channels", "channel_id"),
        UniqueConstraint("tenant_id", "channel_id"),
    )
    channel_id: Mapped[UUID]
    slug: Mapped[str]
    kind: Mapped[str]
    state: Mapped[str]
    latest: Mapped[int]
    published: Mapped[int | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    proof: Mapped[str]
    version: Mapped[int]


class FormVersionRecord(TenantRow, Base):
    """What a version shows and asks; rows are only added."""

    __tablename__ = "form_versions"
    __table_args__ = (belongs_to("forms", "form_id"), UniqueConstraint("tenant_id", "form_id", "number"))
    form_id: Mapped[UUID]
    number: Mapped[int]
    title: Mapped[str]
    title_en: Mapped[str]
    intro: Mapped[str]
    intro_en: Mapped[str]
    questions: Mapped[list[Any]]
    sites: Mapped[list[str]]
    created_at: Mapped[datetime]
    created_by: Mapped[str]


class FormerAddressRecord(TenantRow, Base):
    """An address a form had: it leads to the present one. A door may see it before it knows the administration."""

    __tablename__ = "form_former_addresses"
    __table_args__ = (
        belongs_to("forms", "form_id"),
        Index("ix_form_former_addresses_slug", "slug", unique=True),
        Index("ix_form_former_addresses_form", "tenant_id", "form_id"),
    )
    form_id: Mapped[UUID]
    slug: Mapped[str]
    until_at: Mapped[datetime]


class ReportPublicationRecord(TenantRow, Base):
    """The words an agent published for a report: what anybody reads of it."""

    __tablename__ = "report_publications"
    __table_args__ = (belongs_to("tickets", "ticket_id"), UniqueConstraint("tenant_id", "ticket_id"))
    ticket_id: Mapped[UUID]
    description: Mapped[str]
    photos: Mapped[list[str]]
    published_at: Mapped[datetime]
    published_by: Mapped[str]


class ConfirmationRecord(TenantRow, Base):
    """What a person is asked to confirm by mail: a held submission, the mail that asks, and what came of it.

    The same submission sent twice is asked about once: the second names the first in `same_as`.
    """

    __tablename__ = "submission_confirmations"
    __table_args__ = (
        belongs_to("receptions", "reception_id"),
        belongs_to("channels", "channel_id"),
        belongs_to("submission_confirmations", "same_as"),
        UniqueConstraint("tenant_id", "reception_id"),
        Index("ix_submission_confirmations_due", "tenant_id", "next_attempt_at", postgresql_where="mail = 'due'"),
        Index(
            "ix_submission_confirmations_open",
            "tenant_id",
            "expires_at",
            postgresql_where="confirmed_at IS NULL AND lapsed_at IS NULL",
        ),
        Index("ix_submission_confirmations_recipient", "tenant_id", "recipient", "asked_at"),
        Index("ix_submission_confirmations_submission", "tenant_id", "channel_id", "submission"),
    )
    reception_id: Mapped[UUID]
    channel_id: Mapped[UUID]
    same_as: Mapped[UUID | None]
    submission: Mapped[str]
    recipient: Mapped[str]
    language: Mapped[str]
    mail: Mapped[str]
    attempts: Mapped[int]
    next_attempt_at: Mapped[datetime | None]
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    lapsed_at: Mapped[datetime | None]
    detail: Mapped[str | None]


class SpentProofRecord(Base):
    """A challenge that was answered, until it expires: a proof counts once, or for the same submission sent again."""

    __tablename__ = "spent_proofs"
    __table_args__ = (of_tenant(),)
    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    nonce: Mapped[str] = mapped_column(primary_key=True)
    submission: Mapped[str]
    until_at: Mapped[datetime]


class NetworkRecord(Base):
    """How many submissions a network sent from an instant on; `network` is a keyed digest, never an address."""

    __tablename__ = "form_networks"
    __table_args__ = (of_tenant(),)
    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    network: Mapped[str] = mapped_column(primary_key=True)
    since_at: Mapped[datetime] = mapped_column(primary_key=True)
    sent: Mapped[int]
