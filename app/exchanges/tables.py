"""What arrived, byte for byte, and what left, attempt by attempt."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, TenantRow, belongs_to, of_tenant


class ReceptionRecord(TenantRow, Base):
    """One delivery: raw bytes and digest, committed before anything reads them. Every row ends done, duplicate or held."""

    __tablename__ = "receptions"
    __table_args__ = (
        belongs_to("channels", "channel_id"),
        Index("ix_receptions_due", "tenant_id", "next_attempt_at", postgresql_where="state = 'queued'"),
        Index("ix_receptions_held", "tenant_id", "id", postgresql_where="state = 'held'"),
        Index("ix_receptions_channel", "tenant_id", "channel_id", "id"),
    )
    channel_id: Mapped[UUID]
    door: Mapped[str]
    method: Mapped[str]
    url: Mapped[str]
    headers: Mapped[list[Any]]
    envelope: Mapped[dict[str, Any]]
    raw: Mapped[bytes]
    sha256: Mapped[str]
    size: Mapped[int]
    remote: Mapped[str | None]
    verified: Mapped[bool | None]
    claimed_at: Mapped[datetime | None]
    provider_at: Mapped[datetime | None]
    received_at: Mapped[datetime]
    processed_at: Mapped[datetime | None]
    state: Mapped[str]
    reason: Mapped[str | None]
    attempts: Mapped[int]
    next_attempt_at: Mapped[datetime]
    ticket_id: Mapped[UUID | None]
    message_id: Mapped[UUID | None]
    released_at: Mapped[datetime | None]


class EventKeyRecord(Base):
    """The key of one thing said on one channel: its uniqueness, in the transaction of the effect, is deduplication."""

    __tablename__ = "event_keys"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "channel_id", "event_key"),
        belongs_to("channels", "channel_id"),
        Index("ix_event_keys_at", "at", postgresql_using="brin"),
        Index("ix_event_keys_reception", "tenant_id", "reception_id"),
    )
    tenant_id: Mapped[UUID]
    channel_id: Mapped[UUID]
    event_key: Mapped[str]
    digest: Mapped[str]
    reception_id: Mapped[UUID]
    message_id: Mapped[UUID | None]
    at: Mapped[datetime]


class LedgerRoundRecord(Base):
    """What the ledger of the last two days said, once an hour: an hour without a row is an hour nobody worked."""

    __tablename__ = "ledger_rounds"
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "hour_at"), of_tenant())
    tenant_id: Mapped[UUID]
    hour_at: Mapped[datetime]
    made_at: Mapped[datetime]
    accepted: Mapped[int]
    done: Mapped[int]
    duplicate: Mapped[int]
    held: Mapped[int]
    queued: Mapped[int]
    late: Mapped[int]
    unexplained: Mapped[int]


class OutboundRecord(TenantRow, Base):
    """One message to one recipient, frozen at the agent's click: envelope and body never change afterwards."""

    __tablename__ = "outbound"
    __table_args__ = (
        belongs_to("channels", "channel_id"),
        belongs_to("messages", "message_id"),
        belongs_to("tickets", "ticket_id"),
        Index(
            "ix_outbound_due",
            "tenant_id",
            "next_attempt_at",
            postgresql_where="state IN ('frozen', 'sending', 'unknown')",
        ),
        Index(
            "ix_outbound_lane",
            "tenant_id",
            "channel_id",
            "priority",
            "next_attempt_at",
            postgresql_where="state = 'frozen'",
        ),
        Index("ix_outbound_names", "names", postgresql_using="gin", postgresql_where="names IS NOT NULL"),
        Index("ix_outbound_ticket", "tenant_id", "ticket_id"),
        Index("ix_outbound_recipient", "tenant_id", "recipient_address", "frozen_at"),
        Index(
            "ix_outbound_provider", "tenant_id", "channel_id", "external_id", postgresql_where="external_id IS NOT NULL"
        ),
        Index("ix_outbound_trouble", "tenant_id", "id", postgresql_where="state IN ('unknown', 'failed', 'bounced')"),
    )
    channel_id: Mapped[UUID]
    ticket_id: Mapped[UUID]
    message_id: Mapped[UUID]
    purpose: Mapped[str]
    priority: Mapped[int]
    recipient_address: Mapped[str]
    recipient: Mapped[dict[str, Any]]
    request: Mapped[dict[str, Any]]
    digest: Mapped[str]
    state: Mapped[str]
    status_rank: Mapped[int]
    external_id: Mapped[str | None]
    names: Mapped[list[str] | None]
    parts_sent: Mapped[int]
    attempts: Mapped[int]
    asked: Mapped[int]
    next_attempt_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    detail: Mapped[str | None]
    delayed_at: Mapped[datetime | None]  # a relay on the way said it is still trying
    report_code: Mapped[str | None]  # the enhanced status of the last report (RFC 3463)
    frozen_at: Mapped[datetime]
    give_up_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    resolved: Mapped[dict[str, Any] | None]  # what a person decided of it, and the state it was in before
    version: Mapped[int]


class AttemptRecord(TenantRow, Base):
    """One try at sending: written before the bytes leave, closed when the answer is known."""

    __tablename__ = "outbound_attempts"
    __table_args__ = (
        belongs_to("outbound", "outbound_id"),
        Index("ix_outbound_attempts_outbound", "tenant_id", "outbound_id", "number"),
    )
    outbound_id: Mapped[UUID]
    number: Mapped[int]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    detail: Mapped[str | None]


class DeliveryUpdateRecord(TenantRow, Base):
    """What a provider reported of an outgoing message, kept even when it comes before we know the message's id."""

    __tablename__ = "delivery_updates"
    __table_args__ = (
        belongs_to("channels", "channel_id"),
        Index("ix_delivery_updates_subject", "tenant_id", "channel_id", "reports_on"),
        Index("ix_delivery_updates_outbound", "tenant_id", "outbound_id", postgresql_where="outbound_id IS NOT NULL"),
    )
    channel_id: Mapped[UUID]
    reception_id: Mapped[UUID]
    reports_on: Mapped[str]
    status: Mapped[str]
    reason: Mapped[str | None]
    occurred_at: Mapped[datetime | None]
    outbound_id: Mapped[UUID | None]
    at: Mapped[datetime]


class LaneRecord(Base):
    """What holds one channel's departures back: its breaker, and when its provider takes the next one."""

    __tablename__ = "outgoing_lanes"
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "channel_id"), belongs_to("channels", "channel_id"))
    tenant_id: Mapped[UUID]
    channel_id: Mapped[UUID]
    state: Mapped[str]
    failures: Mapped[int]
    failing_since: Mapped[datetime | None]
    openings: Mapped[int]
    held_until: Mapped[datetime | None]
    reason: Mapped[str | None]
    free_at: Mapped[datetime | None]


class PaceRecord(Base):
    """When the next message may leave for one recipient of one channel; the recipient is a digest, and is forgotten."""

    __tablename__ = "recipient_paces"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "channel_id", "recipient"),
        belongs_to("channels", "channel_id"),
        Index("ix_recipient_paces_free", "tenant_id", "free_at"),
    )
    tenant_id: Mapped[UUID]
    channel_id: Mapped[UUID]
    recipient: Mapped[str]
    free_at: Mapped[datetime]


class PartRecord(TenantRow, Base):
    """One part of a long SMS, until the others are there and for the record afterwards; its raw delivery is kept beside."""

    __tablename__ = "message_parts"
    __table_args__ = (
        belongs_to("channels", "channel_id"),
        belongs_to("receptions", "reception_id"),
        Index(
            "ix_message_parts_waiting",
            "tenant_id",
            "channel_id",
            "group_key",
            postgresql_where="message_id IS NULL",
        ),
        Index("ix_message_parts_reception", "tenant_id", "reception_id"),
    )
    channel_id: Mapped[UUID]
    group_key: Mapped[str]
    number: Mapped[int]
    total: Mapped[int]
    reception_id: Mapped[UUID]
    event_key: Mapped[str]
    event: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    message_id: Mapped[UUID | None]


class SendingSettingsRecord(Base):
    """When an administration lets information leave, and whether it acknowledges public words in public."""

    __tablename__ = "sending_settings"
    __table_args__ = (of_tenant(),)
    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    weekdays: Mapped[list[Any]]  # 1 is Monday, 7 Sunday (ISO 8601)
    opens: Mapped[str]  # local time, 08:00
    closes: Mapped[str]
    holidays: Mapped[bool]
    public_acknowledgement: Mapped[bool]
    updated_at: Mapped[datetime]
    updated_by: Mapped[str]
    version: Mapped[int]


class ReportSupportRecord(Base):
    """A citizen's « moi aussi »: what they sent joins the report they chose instead of opening one more."""

    __tablename__ = "report_supports"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "reception_id"),
        belongs_to("receptions", "reception_id"),
        belongs_to("tickets", "ticket_id"),
        Index("ix_report_supports_ticket", "tenant_id", "ticket_id"),
    )
    tenant_id: Mapped[UUID]
    reception_id: Mapped[UUID]
    ticket_id: Mapped[UUID]
    at: Mapped[datetime]


class ReportForwardRecord(TenantRow, Base):
    """A report handed over to a partner's server: its number there, and the status that was last told."""

    __tablename__ = "report_forwards"
    __table_args__ = (
        belongs_to("tickets", "ticket_id"),
        belongs_to("channels", "channel_id"),
        belongs_to("outbound", "outbound_id"),
        UniqueConstraint("tenant_id", "outbound_id"),
        Index("ix_report_forwards_ticket", "tenant_id", "ticket_id"),
        Index("ix_report_forwards_number", "tenant_id", "channel_id", "number"),
    )
    ticket_id: Mapped[UUID]
    channel_id: Mapped[UUID]
    outbound_id: Mapped[UUID]
    service_code: Mapped[str]
    number: Mapped[str | None]
    status: Mapped[str | None]
    notes: Mapped[str | None]
    told_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    made_at: Mapped[datetime]
    made_by: Mapped[str]
