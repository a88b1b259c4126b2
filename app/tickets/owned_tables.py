"""The columns of what a person, a team or the administration keeps."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped

from app.db.base import Base, TenantRow


class OwnedRow(TenantRow, Base):
    """`holder` is who it belongs to where it is one person's, as facts name them; `rank` its place in a list."""

    __abstract__ = True
    name: Mapped[str]
    owner: Mapped[str]
    holder: Mapped[str | None]
    team_id: Mapped[UUID | None]
    rank: Mapped[int]
    created_at: Mapped[datetime]
    version: Mapped[int]
