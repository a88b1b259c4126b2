"""A reception while it is placed: what it says, what became of it, and the line the ledger keeps."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from app.channels.contract import Event, EventType
from app.channels.values import Channel
from app.exchanges.parts import Part
from app.exchanges.receptions import Reception, State

MAIL = "email"


@dataclass(frozen=True, slots=True)
class Understood:
    """A reception, its channel, and what it says."""

    reception: Reception
    channel: Channel
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    tenant_id: UUID
    understood: tuple[Understood, ...]
    now: datetime


@dataclass(slots=True)
class Ledger:
    """What became of one reception while its events are placed."""

    effects: int = 0
    duplicates: int = 0
    ignored: list[str] = field(default_factory=list)
    held: str | None = None
    wait_until: datetime | None = None
    waits_for: str = "attend le message auquel elle se rapporte"
    ticket_id: UUID | None = None
    message_id: UUID | None = None

    def state(self) -> State:
        if self.held:
            return State.HELD
        if self.effects == 0 and self.duplicates and not self.ignored:
            return State.DUPLICATE
        return State.DONE


Said = tuple[Understood, Event]


@dataclass(frozen=True, slots=True)
class Joined:
    """What the parts of one long message say together, and those parts."""

    said: Sequence[Said]
    parts: Sequence[Part]


def settled_row(
    tenant_id: UUID,
    reception_id: UUID,
    state: State,
    *,
    now: datetime,
    reason: str | None = None,
    ticket_id: UUID | None = None,
    message_id: UUID | None = None,
) -> dict[str, Any]:
    """One line of `receptions.settle`."""
    return {
        "tenant_id": tenant_id,
        "id": reception_id,
        "state": state.value,
        "reason": reason,
        "ticket_id": ticket_id,
        "message_id": message_id,
        "processed_at": now,
    }


def as_released(one: Understood) -> Understood:
    """A mail that looked like a report, and that a person released: it is read as a message, under a key of its own."""
    if one.reception.released_at is None or one.channel.type != MAIL:
        return one
    return replace(one, events=tuple(_as_message(event) for event in one.events))


def _as_message(event: Event) -> Event:
    if event.type is not EventType.DELIVERY_UPDATE:
        return event
    key, kind = f"{event.event_key}#released", EventType.MESSAGE_RECEIVED
    return replace(event, type=kind, event_key=key, status=None, reports_on=None, reason=None, automatic=True)
