"""Administrations, and what each published on which day."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, TenantRow, of_tenant


class TenantRecord(Base):
    """One administration. `id` is the tenant; the row is seen by itself only."""

    __tablename__ = "tenants"
    __table_args__ = (Index("uq_tenants_siret", "siret", unique=True, postgresql_where="siret IS NOT NULL"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str]
    kind: Mapped[str]
    territory: Mapped[str]
    time_zone: Mapped[str]
    service_name: Mapped[str]
    postal_address: Mapped[str]
    email: Mapped[str]
    phone: Mapped[str]
    siret: Mapped[str | None]
    settings: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    suspended_at: Mapped[datetime | None]
    version: Mapped[int]


class TermsOfUseRecord(TenantRow, Base):
    """Terms of use of electronic referral as published from a day on (CRPA L112-9, R112-9-2); never edited, superseded."""

    __tablename__ = "terms_of_use"
    __table_args__ = (of_tenant(), UniqueConstraint("tenant_id", "published_on"))
    published_on: Mapped[date]
    url: Mapped[str | None]
    channels: Mapped[list[str]]
    dedicated: Mapped[list[Any]]
    created_at: Mapped[datetime]
