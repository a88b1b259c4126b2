"""What an endpoint is sent: the event as `/events` writes it, identifiers and codes only, frozen in a row."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from app.ids import new_id
from app.live.events import Event
from app.live.schemas import EventOut
from app.webhooks.values import DeliveryState, Endpoint, Origin

MOST_BYTES = 20_000


def body_of(event: Event) -> str:
    """Writes an event as the API does, under 20 kB: one that is larger leaves without its `data`, to be read by `/events`."""
    shown = EventOut.of(event)
    body = shown.model_dump_json()
    if len(body.encode()) < MOST_BYTES:
        return body
    return shown.model_copy(update={"data": {}}).model_dump_json()


def row_of(
    endpoint: Endpoint, *, event_id: UUID, event_type: str, body: str, origin: Origin, now: datetime
) -> Mapping[str, Any]:
    """Returns the row of a delivery that may leave now."""
    return {
        "tenant_id": endpoint.tenant_id,
        "id": new_id(),
        "endpoint_id": endpoint.id,
        "event_id": event_id,
        "event_type": event_type,
        "origin": origin.value,
        "body": body,
        "state": DeliveryState.PENDING.value,
        "attempts": 0,
        "next_at": now,
        "created_at": now,
    }
