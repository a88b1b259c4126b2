"""The legal face of a ticket: saisines, what happened to them, duties of acknowledgement, alerts."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from app.db.base import Base, TenantRow, belongs_to, of_tenant


class SaisineRecord(TenantRow, Base):
    """A request that may bind the administration. `reading` is the engine's last answer, with its reasons."""

    __tablename__ = "saisines"
    __table_args__ = (
        belongs_to("tickets", "ticket_id"),
        belongs_to("messages", "message_id"),
        belongs_to("saisines", "joined_to"),
        UniqueConstraint("tenant_id", "message_id", "ordinal"),
        Index("ix_saisines_ticket", "tenant_id", "ticket_id"),
        Index(
            "ix_saisines_alert",
            "tenant_id",
            "alert_on",
            "id",
            postgresql_where="closed_at IS NULL AND alert_on IS NOT NULL",
        ),
        Index("ix_saisines_wake", "tenant_id", "wake_on", postgresql_where="wake_on IS NOT NULL"),
        Index("ix_saisines_joined", "tenant_id", "joined_to", postgresql_where="joined_to IS NOT NULL"),
        Index(
            "ix_saisines_procedure",
            "tenant_id",
            "procedure",
            "id",
            postgresql_where="closed_at IS NULL AND procedure IS NOT NULL",
        ),
        Index("ix_saisines_open", "tenant_id", "id", postgresql_where="closed_at IS NULL"),
        Index(
            "ix_saisines_risk",
            "tenant_id",
            "risk",
            "alert_on",
            "id",
            postgresql_where="closed_at IS NULL AND alert_on IS NOT NULL",
        ),
    )
    ticket_id: Mapped[UUID]
    message_id: Mapped[UUID]
    ordinal: Mapped[int]  # 0 for the saisine a message opened by itself; a person may say it asks for more
    joined_to: Mapped[UUID | None]  # the same request, received before by another way: that one's clock is kept
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
    digest: Mapped[bytes | None]  # of the reading: whether a new one says the same is known without fetching it
    closed_at: Mapped[datetime | None]
    version: Mapped[int]


class SaisineTallyRecord(TenantRow, Base):
    """How many more open saisines stand at a risk: each statement that changes saisines adds its own (a trigger)."""

    __tablename__ = "saisine_tallies"
    risk: Mapped[str]
    more: Mapped[int]


class LegalEventRecord(TenantRow, Base):
    """Something the law takes into account; appended, never changed."""

    __tablename__ = "legal_events"
    __table_args__ = (
        belongs_to("saisines", "saisine_id"),
        Index("ix_legal_events_saisine", "tenant_id", "saisine_id", "id"),
        Index(
            "ix_legal_events_key",
            "tenant_id",
            "saisine_id",
            "key",
            unique=True,
            postgresql_where="key IS NOT NULL",
        ),
    )
    saisine_id: Mapped[UUID]
    type: Mapped[str]
    payload: Mapped[dict[str, Any]]
    actor: Mapped[str]
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    key: Mapped[str | None]  # the caller's own name for it: told twice, it is one event
    backdated: Mapped[bool]  # recorded on a later civil day than it happened


class DutyRecord(TenantRow, Base):
    """An acknowledgement owed for one electronic sending: AEE or ARE (CRPA L112-11, R112-11-2)."""

    __tablename__ = "duties"
    __table_args__ = (
        belongs_to("tickets", "ticket_id"),
        belongs_to("messages", "message_id"),
        UniqueConstraint("tenant_id", "message_id", "kind"),
        Index("ix_duties_ticket", "tenant_id", "ticket_id"),
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
        Index(
            "ix_alerts_to_escalate",
            "tenant_id",
            "raised_at",
            postgresql_where="acknowledged_at IS NULL AND escalated_at IS NULL",
        ),
        Index(
            "ix_alerts_to_tell",
            "tenant_id",
            "id",
            postgresql_where="acknowledged_at IS NULL AND digested_at IS NULL",
        ),
    )
    saisine_id: Mapped[UUID]
    ticket_id: Mapped[UUID]
    threshold: Mapped[str]
    alert_on: Mapped[date]
    due_on: Mapped[date]
    because: Mapped[str]
    closes_at: Mapped[datetime | None]  # the instant it speaks of, where a day is not fine enough
    late: Mapped[bool]
    raised_at: Mapped[datetime]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[str | None]
    escalated_at: Mapped[datetime | None]
    digested_at: Mapped[datetime | None]  # when a digest told of it, or let it go: nothing is told twice


class LocalProcedureRecord(TenantRow, Base):
    """An administration's own procedure, or its own word over the national one; every edition stays."""

    __tablename__ = "local_procedures"
    __table_args__ = (of_tenant(), UniqueConstraint("tenant_id", "code", "edition"))
    code: Mapped[str]
    edition: Mapped[int]
    entry: Mapped[dict[str, Any]]
    note: Mapped[str]
    published_at: Mapped[datetime]
    published_by: Mapped[str]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None]
    withdrawn_from: Mapped[date | None]  # first day of reception it no longer holds for; null: it never held
    withdrawn_reason: Mapped[str | None]


class RecomputationRecord(TenantRow, Base):
    """Every open clock read again, for one reason; `position` is the last saisine looked at, to resume from."""

    __tablename__ = "recomputations"
    __table_args__ = (
        of_tenant(),
        Index("ix_recomputations_running", "tenant_id", "id", postgresql_where="ended_at IS NULL"),
    )
    reason: Mapped[str]
    rules_version: Mapped[str]
    actor: Mapped[str]
    dry_run: Mapped[bool]
    started_at: Mapped[datetime]
    beat_at: Mapped[datetime]  # when `position` last moved: silent for too long, another process goes on from there
    ended_at: Mapped[datetime | None]
    position: Mapped[UUID | None]
    seen: Mapped[int]
    changed: Mapped[int]
    earlier: Mapped[int]  # those of them which silence would now decide sooner
    unread: Mapped[int]


class RecomputedRecord(TenantRow, Base):
    """What a recomputation changed of one saisine: its dates before and after."""

    __tablename__ = "recomputed"
    __table_args__ = (
        belongs_to("recomputations", "recomputation_id"),
        belongs_to("saisines", "saisine_id"),
        Index("ix_recomputed_recomputation", "tenant_id", "recomputation_id", "saisine_id", unique=True),
    )
    recomputation_id: Mapped[UUID]
    saisine_id: Mapped[UUID]
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
