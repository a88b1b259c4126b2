"""Who follows what, what each is told, and what each wants to be told."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped

from app.db.base import Base, TenantRow, belongs_to


class FollowerRecord(Base):
    """A person who follows a request."""

    __tablename__ = "ticket_followers"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "ticket_id", "user_id"),
        belongs_to("tickets", "ticket_id"),
        belongs_to("users", "user_id"),
        Index("ix_ticket_followers_user", "tenant_id", "user_id"),
    )
    tenant_id: Mapped[UUID]
    ticket_id: Mapped[UUID]
    user_id: Mapped[UUID]
    why: Mapped[str]
    since_at: Mapped[datetime]


class NotificationRecord(TenantRow, Base):
    """One thing one person is told; of one message they are told once."""

    __tablename__ = "notifications"
    __table_args__ = (
        belongs_to("tickets", "ticket_id"),
        belongs_to("users", "user_id"),
        Index("ix_notifications_user", "tenant_id", "user_id", "id"),
        Index("ix_notifications_unread", "tenant_id", "user_id", "id", postgresql_where="read_at IS NULL"),
        Index("ix_notifications_ticket", "tenant_id", "ticket_id"),
        Index("ix_notifications_at", "tenant_id", "at"),
        Index(
            "uq_notifications_message",
            "tenant_id",
            "user_id",
            "message_id",
            unique=True,
            postgresql_where="message_id IS NOT NULL",
        ),
    )
    user_id: Mapped[UUID]
    kind: Mapped[str]
    ticket_id: Mapped[UUID]
    message_id: Mapped[UUID | None]
    actor: Mapped[str]
    actor_name: Mapped[str]
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class WishesRecord(Base):
    """What a person wants to be told; absent, everything."""

    __tablename__ = "notification_wishes"
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "user_id"), belongs_to("users", "user_id"))
    tenant_id: Mapped[UUID]
    user_id: Mapped[UUID]
    follow_assigned: Mapped[bool]
    follow_mentioned: Mapped[bool]
    muted: Mapped[list[str]]
    version: Mapped[int]
