"""The answers kept for seven days, so that a repeated request is answered and not done again."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, TenantRow


class IdempotencyKey(TenantRow, Base):
    """One request a caller named, with the answer it got; written in the transaction of its effect."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (
        UniqueConstraint("tenant_id", "caller", "operation", "key"),
        CheckConstraint("char_length(key) BETWEEN 1 AND 255", name="key_length"),
        CheckConstraint("status BETWEEN 200 AND 299", name="status_is_success"),
        Index(None, "tenant_id", "created_at"),
    )

    caller: Mapped[str]
    operation: Mapped[str]
    key: Mapped[str]
    request_hash: Mapped[bytes]
    status: Mapped[int]
    headers: Mapped[dict[str, Any]] = mapped_column()
    body: Mapped[bytes]
    created_at: Mapped[datetime]
