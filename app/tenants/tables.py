"""Administrations, and what each published on which day."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, TenantRow, of_tenant


class TenantRecord(Base):
    """One administration. `id` is the tenant; the row is seen by itself only.

    `erasing_at` is when its erasure was begun: from then on no round, no door and no page knows it any more.
    """

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
    suspended_reason: Mapped[str | None]
    dpo_contact: Mapped[str]
    accent: Mapped[str | None]
    erasing_at: Mapped[datetime | None]
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


class ExportRecord(TenantRow, Base):
    """One whole copy of an administration, asked for by somebody; the file itself is named after `id`."""

    __tablename__ = "tenant_exports"
    __table_args__ = (of_tenant(),)
    state: Mapped[str]
    requested_by: Mapped[str]
    requested_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    sha256: Mapped[str | None]
    size: Mapped[int | None]
    rows: Mapped[int | None]
    pieces: Mapped[int | None]
    verified_at: Mapped[datetime | None]
    detail: Mapped[str | None]


class ClosureRecord(TenantRow, Base):
    """An announced end: the day from which everything may be erased, unless it is called off before."""

    __tablename__ = "tenant_closures"
    __table_args__ = (of_tenant(),)
    reason: Mapped[str]
    announced_at: Mapped[datetime]
    due_on: Mapped[date]
    cancelled_at: Mapped[datetime | None]
    cancelled_by: Mapped[str | None]


class DepartureRecord(Base):
    """What stays of an administration that left: counts and digests, nobody's data. Seen by no administration."""

    __tablename__ = "departures"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    slug: Mapped[str]
    name: Mapped[str]
    reason: Mapped[str]
    announced_at: Mapped[datetime]
    begun_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    export_sha256: Mapped[str | None]
    export_waived: Mapped[str | None]
    despite: Mapped[str | None]
    clocks: Mapped[int]
    counts: Mapped[dict[str, Any]]
    pieces: Mapped[int]
    chain_number: Mapped[int]
    chain_digest: Mapped[str]
    certificate: Mapped[str | None]
