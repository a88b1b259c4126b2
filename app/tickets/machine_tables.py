"""What machines read in pieces: beside the messages, never in them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Computed, Index, PrimaryKeyConstraint
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class MachineTextRecord(Base):
    """What a machine read in one content, once however many messages carry it. Nobody said these words."""

    __tablename__ = "machine_texts"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "sha256"),
        Index("ix_machine_texts_due", "tenant_id", "next_attempt_at", postgresql_where="state = 'waiting'"),
    )
    tenant_id: Mapped[UUID]
    sha256: Mapped[str]
    state: Mapped[str]  # waiting, read, nothing, failed, too_large
    reason: Mapped[str | None]  # in French, for agents
    text: Mapped[str | None]
    confidence: Mapped[int | None]  # the mean of its words', of 100, where they were recognised in a picture
    pages: Mapped[int | None]
    attempts: Mapped[int]
    next_attempt_at: Mapped[datetime | None]
    asked_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    # As for messages: the first hundred thousand characters can be searched.
    search: Mapped[str] = mapped_column(
        TSVECTOR,
        Computed("to_tsvector('french', folded(left(coalesce(text, ''), 100000)))", persisted=True),
        deferred=True,
    )
