"""What is known of a piece beside its bytes."""

from datetime import datetime

from sqlalchemy import Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, TenantRow


class PieceRecord(TenantRow, Base):
    """One content of one tenant, by its digest: no sharing across tenants, which would be an oracle."""

    __tablename__ = "pieces"
    __table_args__ = (UniqueConstraint("tenant_id", "sha256"),)
    sha256: Mapped[str] = mapped_column(Text)
    size: Mapped[int]
    content_type: Mapped[str]
    scan: Mapped[str]
    created_at: Mapped[datetime]
