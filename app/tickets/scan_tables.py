"""What an antivirus said of contents, once however many messages carry them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped

from app.db.base import Base


class ScanRecord(Base):
    """The examination of one content; `virus` names what was recognised."""

    __tablename__ = "scans"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "sha256"),
        Index("ix_scans_due", "tenant_id", "next_attempt_at", postgresql_where="state = 'waiting'"),
    )
    tenant_id: Mapped[UUID]
    sha256: Mapped[str]
    state: Mapped[str]  # waiting, clean, infected, failed
    virus: Mapped[str | None]
    reason: Mapped[str | None]  # in French, for agents
    attempts: Mapped[int]
    next_attempt_at: Mapped[datetime | None]
    asked_at: Mapped[datetime]
    scanned_at: Mapped[datetime | None]
