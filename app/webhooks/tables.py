"""The tables of outgoing webhooks: endpoints, their secrets, and what became of each delivery."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped

from app.db.base import Base, TenantRow


def _of_endpoint() -> ForeignKeyConstraint:
    endpoint = ["webhook_endpoints.tenant_id", "webhook_endpoints.id"]
    return ForeignKeyConstraint(["tenant_id", "endpoint_id"], endpoint, ondelete="CASCADE")


class EndpointRecord(TenantRow, Base):
    """`position_*` is its place in the event log; `lease` fences whoever carries to it."""

    __tablename__ = "webhook_endpoints"
    name: Mapped[str]
    url: Mapped[str]
    types: Mapped[list[str]]  # empty: every type
    state: Mapped[str]
    reason: Mapped[str | None]
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    version: Mapped[int]
    position_xid: Mapped[int]
    position_id: Mapped[UUID]
    lease: Mapped[UUID | None]
    lease_until: Mapped[datetime | None]
    failures: Mapped[int]
    retry_at: Mapped[datetime | None]
    last_success_at: Mapped[datetime | None]


class SecretRecord(TenantRow, Base):
    """One signing secret, sealed; `ends_at` is set once another replaces it."""

    __tablename__ = "webhook_secrets"
    __table_args__ = (_of_endpoint(), Index("ix_webhook_secrets_endpoint", "tenant_id", "endpoint_id", "id"))
    endpoint_id: Mapped[UUID]
    sealed: Mapped[bytes]
    made_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]


class DeliveryRecord(TenantRow, Base):
    """One event for one endpoint; `body` is frozen, so that each attempt carries the same bytes."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        _of_endpoint(),
        Index("ix_webhook_deliveries_endpoint", "tenant_id", "endpoint_id", "id"),
        Index(
            "ix_webhook_deliveries_due",
            "tenant_id",
            "endpoint_id",
            "next_at",
            "id",
            postgresql_where=text("state = 'pending'"),
        ),
        Index("ix_webhook_deliveries_created", "tenant_id", "created_at"),
    )
    endpoint_id: Mapped[UUID]
    event_id: Mapped[UUID]
    event_type: Mapped[str]
    origin: Mapped[str]
    body: Mapped[str]
    state: Mapped[str]
    attempts: Mapped[int]
    next_at: Mapped[datetime | None]
    last_at: Mapped[datetime | None]
    last_status: Mapped[int | None]
    last_error: Mapped[str | None]
    response: Mapped[str | None]
    created_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
