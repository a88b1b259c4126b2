"""Connected channels of an administration, and where each poller stands."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped

from app.db.base import Base, TenantRow, belongs_to, of_tenant


class ChannelRecord(TenantRow, Base):
    """A channel. `key` is the opaque word of its public address; `sealed` holds its secrets, encrypted, write-only."""

    __tablename__ = "channels"
    __table_args__ = (
        of_tenant(),
        Index("ix_channels_key", "key", unique=True),
        Index("ix_channels_address", "address", unique=True, postgresql_where="address IS NOT NULL"),
        UniqueConstraint("tenant_id", "name"),
        Index("ix_channels_check", "tenant_id", "check_at", postgresql_where="check_at IS NOT NULL"),
    )
    type: Mapped[str]
    name: Mapped[str]
    key: Mapped[str]
    address: Mapped[str | None]
    config: Mapped[dict[str, Any]]
    sealed: Mapped[bytes | None]
    state: Mapped[str]
    state_reason: Mapped[str | None]
    cursor: Mapped[dict[str, Any]]
    poll_at: Mapped[datetime | None]
    last_inbound_at: Mapped[datetime | None]
    check_state: Mapped[str | None]
    check_said: Mapped[dict[str, Any] | None]
    checked_at: Mapped[datetime | None]
    check_at: Mapped[datetime | None]
    credentials_expire_at: Mapped[datetime | None]
    expiry_told: Mapped[int | None]
    silent_since: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    stream_holder: Mapped[UUID | None]  # the process that keeps its connection open, and until when it may
    stream_until: Mapped[datetime | None]
    stream_since: Mapped[datetime | None]
    stream_event_at: Mapped[datetime | None]
    stream_retry_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    version: Mapped[int]


class ChannelHourRecord(Base):
    """How many deliveries one channel received in one hour, for five weeks: by these its silence is judged."""

    __tablename__ = "channel_hours"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "channel_id", "hour_at"),
        belongs_to("channels", "channel_id"),
    )
    tenant_id: Mapped[UUID]
    channel_id: Mapped[UUID]
    hour_at: Mapped[datetime]
    count: Mapped[int]


class ChannelAliasRecord(TenantRow, Base):
    """Another address of a mailbox, or `@` and a domain for whatever is sent there; one in the whole installation."""

    __tablename__ = "channel_aliases"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "channel_id"], ["channels.tenant_id", "channels.id"], ondelete="CASCADE"),
        Index("ix_channel_aliases_address", "address", unique=True),
        Index("ix_channel_aliases_channel", "tenant_id", "channel_id"),
    )
    channel_id: Mapped[UUID]
    address: Mapped[str]


class ChannelTemplatesRecord(Base):
    """The texts a channel's provider approved, as last read. `problem` is why the last reading failed, in words."""

    __tablename__ = "channel_templates"
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "channel_id"), belongs_to("channels", "channel_id"))
    tenant_id: Mapped[UUID]
    channel_id: Mapped[UUID]
    templates: Mapped[list[Any]]
    read_at: Mapped[datetime | None]  # None: what is kept may be out of date, and is read again before it is shown
    tried_at: Mapped[datetime | None]
    problem: Mapped[dict[str, Any] | None]
