"""Endpoints and deliveries, as the service hands them out."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class EndpointState(StrEnum):
    """Whether an endpoint is called."""

    ACTIVE = "active"
    PAUSED = "paused"  # somebody wanted it
    DISABLED = "disabled"  # it failed for good


class Origin(StrEnum):
    """Why a delivery was made."""

    EVENT = "event"
    TEST = "test"
    REDELIVERY = "redelivery"
    REPLAY = "replay"


class DeliveryState(StrEnum):
    """How far a delivery is."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """An address that is told what happens; `types` empty means everything."""

    tenant_id: UUID
    id: UUID
    name: str
    url: str
    types: tuple[str, ...]
    state: EndpointState
    reason: str | None
    disabled_at: datetime | None
    created_at: datetime
    version: int
    position: tuple[int, UUID]
    failures: int
    retry_at: datetime | None
    last_success_at: datetime | None

    def wants(self, kind: str) -> bool:
        return not self.types or kind in self.types


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One event for one endpoint, and what became of it."""

    id: UUID
    endpoint_id: UUID
    event_id: UUID
    event_type: str
    origin: Origin
    body: str
    state: DeliveryState
    attempts: int
    next_at: datetime | None
    last_at: datetime | None
    last_status: int | None
    last_error: str | None
    response: str | None
    created_at: datetime
    delivered_at: datetime | None
