"""Tokens that channels were given for their credentials, and who asks for the next one."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import PrimaryKeyConstraint
from sqlalchemy.orm import Mapped

from app.db.base import Base, belongs_to


class ChannelTokenRecord(Base):
    """The present token of one channel. `sealed` holds it, encrypted; `grant_digest` says for which credentials it came.

    `taken_until` is the lease of the process that asks for the next one, `not_before` the pause after a failure.
    """

    __tablename__ = "channel_tokens"
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "channel_id"), belongs_to("channels", "channel_id"))
    tenant_id: Mapped[UUID]
    channel_id: Mapped[UUID]
    grant_digest: Mapped[str]
    channel_version: Mapped[int]  # of the settings a failure was met with: new settings are tried at once
    sealed: Mapped[bytes | None]
    obtained_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    taken_until: Mapped[datetime | None]
    not_before: Mapped[datetime | None]
    refused: Mapped[bool]
    problem: Mapped[str | None]
    failures: Mapped[int]
