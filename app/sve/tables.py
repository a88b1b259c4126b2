"""The legal face of a ticket: saisines, what happened to them, duties of acknowledgement, alerts."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from app.db.base import Base, TenantRow, belongs_to


class SaisineRecord(TenantRow, Base):
    """A request that may bind the administration. `reading` is the engine's last answer, with its reasons."""

    __tablename__ = "saisines"
    __table_args__ = (
        belongs_to("tickets", "ticket_id"),
        belongs_to("messages", "message_id"),
        UniqueConstraint("tenant_id", "message_id"),
        Index("ix_saisines_ticket", "tenant_id", "ticket_id"),
        Index(
            "ix_saisines_alert",
            "tenant_id",
            "alert_on",
            "id",
            postgresql_where="closed_at IS NULL AND alert_on IS NOT NULL",
        ),
        Index("ix_saisines_wake", "tenant_id", "wake_on", postgresql_where="wake_on IS NOT NULL"),
    )
    ticket_id: Mapped[UUID]
    message_id: Mapped[UUID]
    procedure: Mapped[str | None]
    # What the catalogue said of the procedure when a person applied it; all null when an effect was given instead.
    procedure_version: Mapped[str | None]
    certainty: Mapped[str | None]
    family: Mapped[str | None]
    permit: Mapped[str | None]
    basis: Mapped[str | None]
    regime: Mapped[str]
    delay: Mapped[str | None]
    qualified_by: Mapped[str | None]
    qualified_at: Mapped[datetime | None]
    qualified_reason: Mapped[str | None]
    received_at: Mapped[datetime]
    received_on: Mapped[date]
    term_on: Mapped[date | None]
    alert_on: Mapped[date | None]
    wake_on: Mapped[date | None]  # the next day on which the engine would say something new
    risk: Mapped[str]
    reading: Mapped[dict[str, Any]]
    rules_version: Mapped[str]
    closed_at: Mapped[datetime | None]
    version: Mapped[int]


class LegalEventRecord(TenantRow, Base):
    """Something the law takes into account; appended, never changed."""

    __tablename__ = "legal_events"
    __table_args__ = (
        belongs_to("saisines", "saisine_id"),
        Index("ix_legal_events_saisine", "tenant_id", "saisine_id", "id"),
    )
    saisine_id: Mapped[UUID]
    type: Mapped[str]
    payload: Mapped[dict[str, Any]]
    actor: Mapped[str]
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class DutyRecord(TenantRow, Base):
    """An acknowledgement owed for one electronic sending: AEE or ARE (CRPA L112-11, R112-11-2)."""

    __tablename__ = "duties"
    __table_args__ = (
        belongs_to("tickets", "ticket_id"),
        belongs_to("messages", "message_id"),
        UniqueConstraint("tenant_id", "message_id", "kind"),
        Index("ix_duties_due", "tenant_id", "due_on", "id", postgresql_where="done_at IS NULL AND waived_at IS NULL"),
    )
    ticket_id: Mapped[UUID]
    message_id: Mapped[UUID]
    kind: Mapped[str]
    due_on: Mapped[date]
    source: Mapped[str]
    done_at: Mapped[datetime | None]
    outbound_id: Mapped[UUID | None]
    waived_at: Mapped[datetime | None]
    waived_reason: Mapped[str | None]


class AlertRecord(TenantRow, Base):
    """Somebody must be told, once per threshold: a missed night is caught up, a double run does nothing."""

    __tablename__ = "alerts"
    __table_args__ = (
        belongs_to("saisines", "saisine_id"),
        UniqueConstraint("tenant_id", "saisine_id", "threshold", "alert_on"),
        Index("ix_alerts_open", "tenant_id", "id", postgresql_where="acknowledged_at IS NULL"),
    )
    saisine_id: Mapped[UUID]
    ticket_id: Mapped[UUID]
    threshold: Mapped[str]
    alert_on: Mapped[date]
    due_on: Mapped[date]
    late: Mapped[bool]
    raised_at: Mapped[datetime]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[str | None]
