"""The event log: every fact of a tenant, in commit order, for cursors and streams."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, FetchedValue, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, TenantRow


class EventRecord(TenantRow, Base):
    """`xid` is the writing transaction: readers stop before the oldest one still open, so none is skipped."""

    __tablename__ = "events"
    __table_args__ = (Index("ix_events_order", "tenant_id", "xid", "id"),)
    xid: Mapped[int] = mapped_column(BigInteger, server_default=FetchedValue())
    type: Mapped[str]
    subject_id: Mapped[UUID]
    ticket_id: Mapped[UUID | None]  # the request it is about: who may not see that one hears nothing of it
    payload: Mapped[dict[str, Any]]
    at: Mapped[datetime]


class ForgottenEvents(Base):
    """The last place of an administration's log that is gone: whoever kept one before it would miss facts in silence."""

    __tablename__ = "forgotten_events"
    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    xid: Mapped[int] = mapped_column(BigInteger)
    event_id: Mapped[UUID]
