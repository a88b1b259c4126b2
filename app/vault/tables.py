"""Data keys of administrations, each wrapped by a master key that PostgreSQL never sees."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped

from app.db.base import Base, of_tenant


class DataKeyRecord(Base):
    """One data key. The present one has no `retired_at`; a retired one opens, and seals nothing any more.

    `master` names the master key that wrapped it. Without this row, what the key sealed is bytes nobody can read.
    """

    __tablename__ = "data_keys"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "id"),
        of_tenant(),
        Index("uq_data_keys_present", "tenant_id", unique=True, postgresql_where="retired_at IS NULL"),
    )
    tenant_id: Mapped[UUID]
    id: Mapped[UUID]
    wrapped: Mapped[bytes]
    master: Mapped[str]
    made_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
