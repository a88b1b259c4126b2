"""What an administration chose of the satisfaction question, and each question with its answer."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, TenantRow, belongs_to, of_tenant


class SatisfactionSettingsRecord(Base):
    """Whether, when and of whom the question is asked; and the last closed request that was looked at."""

    __tablename__ = "satisfaction_settings"
    __table_args__ = (of_tenant(),)
    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    asked: Mapped[bool]
    delay_hours: Mapped[int]
    ways: Mapped[list[str]]
    rest_days: Mapped[int]
    looked_at: Mapped[
        datetime
    ]  # requests closed up to this instant, and up to that one of the same instant, had their turn
    looked_id: Mapped[UUID]
    updated_at: Mapped[datetime]
    updated_by: Mapped[str]
    version: Mapped[int]


class SatisfactionQuestionRecord(TenantRow, Base):
    """A question about a request: there is one, whatever becomes of the request."""

    __tablename__ = "satisfaction_questions"
    __table_args__ = (
        belongs_to("tickets", "ticket_id"),
        belongs_to("contact_points", "point_id"),
        belongs_to("outbound", "outbound_id"),
        UniqueConstraint("tenant_id", "ticket_id"),
        CheckConstraint(
            "grade IN ('very_satisfied', 'satisfied', 'mixed', 'dissatisfied', 'very_dissatisfied')", name="grade"
        ),
        CheckConstraint("(grade IS NULL) = (answered_at IS NULL)", name="answered"),
        Index("ix_satisfaction_questions_asked", "tenant_id", "asked_at", "id"),
        Index(
            "ix_satisfaction_questions_grade",
            "tenant_id",
            "grade",
            "asked_at",
            "id",
            postgresql_where="grade IS NOT NULL",
        ),
        Index(
            "ix_satisfaction_questions_point",
            "tenant_id",
            "point_id",
            "asked_at",
            postgresql_where="point_id IS NOT NULL",
        ),
    )
    ticket_id: Mapped[UUID]
    point_id: Mapped[UUID | None]
    outbound_id: Mapped[UUID]
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    grade: Mapped[str | None]
    comment: Mapped[str]
    answered_at: Mapped[datetime | None]  # when it was first answered; `changed_at` when it last was otherwise
    changed_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]  # since when the person asks not to be asked any more
