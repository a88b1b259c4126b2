"""Correspondents whose machine seems to answer our own messages."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import PrimaryKeyConstraint
from sqlalchemy.orm import Mapped

from app.db.base import Base, belongs_to


class LoopRecord(Base):
    """How much one correspondent has looked like a machine within the hour; the address itself is not kept."""

    __tablename__ = "mail_loops"
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "address_digest"), belongs_to("channels", "channel_id"))
    tenant_id: Mapped[UUID]
    address_digest: Mapped[str]
    channel_id: Mapped[UUID]
    weight: Mapped[int]
    since_at: Mapped[datetime]
    last_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
