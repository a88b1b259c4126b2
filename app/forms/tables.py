"""Forms, their versions, and the addresses they had."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped

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
