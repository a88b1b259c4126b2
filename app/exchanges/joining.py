"""Parts of a long SMS as one message: in any order, each once; what never came is said, and nothing that came is lost.

Pure but for the shape of a row. Parts wait for each other as long as the slowest provider says (mTarget: 300 s); then
what is there becomes a message with a warning, and a part that comes later becomes another.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from app.channels.contract import Event, EventType
from app.channels.kit.opt_out import with_opt_out
from app.channels.values import Channel
from app.exchanges import wire
from app.exchanges.parts import Group, Part
from app.exchanges.receptions import Reception
from app.exchanges.understanding import bounded
from app.ids import new_id

PATIENCE = timedelta(seconds=300)
WAITS = "attend les autres parties du message"
MISSING = "[…]"
MOST = 255  # 3GPP TS 23.040 §9.2.3.24.1: a part says its number, and how many there are, in one byte each


class Said(Protocol):
    """A reception and its channel."""

    @property
    def reception(self) -> Reception: ...

    @property
    def channel(self) -> Channel: ...


def group_of(said: Said, event: Event) -> Group:
    """Names what a part belongs to; one that does not say is alone."""
    return said.channel.id, bounded(str(event.fields.get("group") or event.event_key))


def row(tenant_id: UUID, said: Said, event: Event, *, at: datetime) -> dict[str, Any]:
    """Returns the row of a part."""
    _, group_key = group_of(said, event)
    return {
        "tenant_id": tenant_id,
        "id": new_id(),
        "channel_id": said.channel.id,
        "group_key": group_key,
        "number": _count(event.fields.get("index")),
        "total": _count(event.fields.get("total")),
        "reception_id": said.reception.id,
        "event_key": bounded(event.event_key),
        "event": wire.described(replace(event, attachments=())),
        "at": at,
    }


def complete(found: Sequence[Part]) -> bool:
    return {part.number for part in found} >= set(range(1, _total(found) + 1))


def deadline(found: Sequence[Part]) -> datetime:
    return min(part.at for part in found) + PATIENCE


def whole(found: Sequence[Part]) -> Sequence[Event]:
    """Returns what parts say together: the message, and the refusal it may be. `found` is in order."""
    events = [wire.event_of(part.event) for part in found]
    first, total = events[0], _total(found)
    absent = sorted(set(range(1, total + 1)) - {part.number for part in found})
    words, before = "", 0
    for part, event in zip(found, events, strict=True):
        words += (MISSING if part.number > before + 1 else "") + (event.text or "")
        before = part.number
    words += MISSING if before < total else ""
    said = [event.occurred_at for event in events if event.occurred_at is not None]
    message = replace(
        first,
        type=EventType.MESSAGE_RECEIVED,
        text=words,
        occurred_at=min(said, default=None),
        fields={name: value for name, value in first.fields.items() if name != "index"},
        warnings=(*first.warnings, *_warnings(absent, total)),
    )
    return with_opt_out(message) if not absent else [message]


def _warnings(absent: Sequence[int], total: int) -> Sequence[str]:
    if not absent:
        return ()
    named = ", ".join(str(number) for number in absent[:20]) + (" …" if len(absent) > 20 else "")
    return (f"SMS incomplet : de {total} parties, celles-ci ne sont pas arrivées en cinq minutes : {named}",)


def _total(found: Sequence[Part]) -> int:
    return max(part.total for part in found)


def _count(value: object) -> int:
    return min(max(value, 1), MOST) if isinstance(value, int) else 1
