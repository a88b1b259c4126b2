"""Facts and presences as a stream sends them (Server-Sent Events), written once however many hear them."""

from collections.abc import AsyncIterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event

from app.api.positions import write_place
from app.following.schemas import NotificationsChanged
from app.live.events import Event
from app.live.presence import Present
from app.live.presence_schemas import PresenceOut
from app.live.schemas import EventOut
from app.live.seats import Told
from app.sealing import KeyRing

# What the document says of one frame (OpenAPI 3.2 §4.14.4), as FastAPI does of streams it writes itself.
FRAME_SCHEMA: Mapping[str, object] = {
    "type": "object",
    "properties": {
        "data": {"type": "string"},
        "event": {"type": "string"},
        "id": {"type": "string"},
        "retry": {"type": "integer", "minimum": 0},
    },
}


class FrameStream(StreamingResponse):
    """Frames sent as they are: FastAPI's own streams write each of them again, for each of those who listen."""

    def __init__(self, frames: AsyncIterable[bytes]) -> None:
        # Nginx and its like would keep frames back to send them together.
        super().__init__(frames, headers={"X-Accel-Buffering": "no"}, media_type="text/event-stream")


def of_event(keys: KeyRing, tenant_id: UUID, event: Event) -> Told:
    """Writes one fact; its `id` is the cursor after it."""
    place = (event.xid, event.id)
    told = EventOut.of(event).model_dump_json()
    frame = format_sse_event(data_str=told, event=event.type, id=write_place(keys, tenant_id, place))
    return Told(frame, place)


def of_presence(ticket_id: UUID, present: Sequence[Present], *, at: datetime) -> Told:
    """Writes who is on a request now: without an `id`, since nothing of it is replayed."""
    told = PresenceOut.of(ticket_id, present, at=at).model_dump_json()
    return Told(format_sse_event(data_str=told, event="presence.changed"))


def of_notification(*, at: datetime) -> Told:
    """Writes that somebody was just told something: what, they read at its own address."""
    return Told(format_sse_event(data_str=NotificationsChanged(at=at).model_dump_json(), event="notifications.changed"))
