"""Lists people come back to: a filter, an order, columns."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from app.db.base import Base, TenantRow, belongs_to


class ViewRecord(TenantRow, Base):
    """One saved view. `holder` is who it belongs to where it is one person's, as facts name them."""

    __tablename__ = "saved_views"
    __table_args__ = (belongs_to("teams", "team_id"), Index("ix_saved_views_rank", "tenant_id", "rank", "id"))
    name: Mapped[str]
    owner: Mapped[str]
    holder: Mapped[str | None]
    team_id: Mapped[UUID | None]
    filter: Mapped[dict[str, Any]]
    columns: Mapped[list[str]]
    sort: Mapped[str]
    rank: Mapped[int]
    created_at: Mapped[datetime]
    version: Mapped[int]
