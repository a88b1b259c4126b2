"""Jobs that were set aside: what a worker would not or could not do, for somebody to look at."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import PrimaryKeyConstraint
from sqlalchemy.orm import Mapped

from app.db.base import Base


class SetAsideRecord(Base):
    """One kind of job that failed, once however often; `args` hold identifiers only, as of every job."""

    __tablename__ = "set_aside_jobs"
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "fingerprint"),)
    tenant_id: Mapped[UUID]
    fingerprint: Mapped[str]
    task: Mapped[str]
    args: Mapped[dict[str, Any]]
    reason: Mapped[str]
    times: Mapped[int]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
