"""Whom to tell, the mails to agents, and when the watch last went round."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, TenantRow, belongs_to, of_tenant


class WatchSettingsRecord(Base):
    """Whom an administration wants told, and after how many working days an alert nobody took goes higher."""

    __tablename__ = "watch_settings"
    __table_args__ = (of_tenant(),)
    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    digest_to: Mapped[list[str]]
    digest_hour: Mapped[int]  # local hour, 0 to 23
    escalate_to: Mapped[list[str]]
    escalate_after: Mapped[int]  # working days
    updated_at: Mapped[datetime]
    updated_by: Mapped[str]
    version: Mapped[int]


class WatchRoundRecord(Base):
    """When a round was last ended: the watch of the watch."""

    __tablename__ = "watch_rounds"
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "name"),)
    tenant_id: Mapped[UUID]
    name: Mapped[str]
    ended_at: Mapped[datetime]
    told_late_at: Mapped[datetime | None]


class ReplyWindowRecord(Base):
    """Until when a provider lets us answer on a ticket; each message received there opens it anew.

    `warn_at` is when somebody must be told that it closes, null once they were or need not be.
    """

    __tablename__ = "reply_windows"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "ticket_id"),
        belongs_to("tickets", "ticket_id"),
        Index("ix_reply_windows_due", "tenant_id", "warn_at", postgresql_where="warn_at IS NOT NULL"),
    )
    tenant_id: Mapped[UUID]
    ticket_id: Mapped[UUID]
    channel_id: Mapped[UUID]
    opened_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    warn_at: Mapped[datetime | None]


class NoticeRecord(TenantRow, Base):
    """A mail to agents, frozen once for a kind, a day and a person; tried until it leaves or is given up."""

    __tablename__ = "notices"
    __table_args__ = (
        of_tenant(),
        UniqueConstraint("tenant_id", "kind", "subject_key", "recipient"),
        Index("ix_notices_due", "tenant_id", "next_attempt_at", postgresql_where="state = 'due'"),
    )
    kind: Mapped[str]  # digest, escalation, late_watch
    subject_key: Mapped[str]  # what it is told of: a day, an alert
    recipient: Mapped[str]
    day: Mapped[date]
    title: Mapped[str]
    text: Mapped[str]
    detail: Mapped[dict[str, Any]]
    state: Mapped[str]  # due, sent, failed
    attempts: Mapped[int]
    next_attempt_at: Mapped[datetime]
    frozen_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str | None]
