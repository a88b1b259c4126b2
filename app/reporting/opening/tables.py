"""The business hours of administrations and of their teams."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from app.db.base import Base, TenantRow, belongs_to, of_tenant


class BusinessHoursRecord(TenantRow, Base):
    """A week of openings and the days closed; without a team they are the administration's own."""

    __tablename__ = "business_hours"
    __table_args__ = (
        of_tenant(),
        belongs_to("teams", "team_id"),
        UniqueConstraint("tenant_id", "team_id", postgresql_nulls_not_distinct=True),
    )
    team_id: Mapped[UUID | None]
    week: Mapped[list[Any]]  # [[week-day, minute it opens, minute it closes], …]
    closed_on: Mapped[list[Any]]  # civil days, as ISO 8601 writes them
    updated_at: Mapped[datetime]
    updated_by: Mapped[str]
    version: Mapped[int]
