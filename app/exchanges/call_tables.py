"""The call log of telephone channels."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from app.db.base import Base, TenantRow, belongs_to


class CallRecord(TenantRow, Base):
    """One call that is over, whether or not a request came of it. `caller` is None for a number that was withheld."""

    __tablename__ = "calls"
    __table_args__ = (
        belongs_to("channels", "channel_id"),
        belongs_to("tickets", "ticket_id"),
        UniqueConstraint("tenant_id", "channel_id", "call_id"),
        Index("ix_calls_channel", "tenant_id", "channel_id", "id"),
    )
    channel_id: Mapped[UUID]
    call_id: Mapped[str]
    incoming: Mapped[bool]  # False: between extensions, going out, or by another context than those that count
    outcome: Mapped[str]
    caller: Mapped[str | None]
    called: Mapped[str | None]
    began_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    duration_s: Mapped[int | None]
    wait_s: Mapped[int | None]
    talk_s: Mapped[int | None]
    queue: Mapped[str | None]
    agent: Mapped[str | None]
    reception_id: Mapped[UUID]
    ticket_id: Mapped[UUID | None]
    received_at: Mapped[datetime]
