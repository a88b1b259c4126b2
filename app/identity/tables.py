"""Keys of programs and sessions of people; only digests are kept."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from app.db.base import Base, TenantRow, of_tenant


class ApiKeyRecord(TenantRow, Base):
    """An access key: `digest` is the SHA-256 of the whole key; a door sees the row only by presenting it."""

    __tablename__ = "api_keys"
    __table_args__ = (of_tenant(), Index("ix_api_keys_digest", "digest", unique=True))
    name: Mapped[str]
    hint: Mapped[str]
    digest: Mapped[str]
    scopes: Mapped[list[str]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
