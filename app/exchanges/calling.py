"""Which events tell of a call that is over, and the line of the call log each makes."""

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

from app.channels.contract import Event, EventType, PointKind
from app.exchanges.call_log import LoggedCall
from app.exchanges.understood import Ledger, Understood
from app.ids import new_id

_OUTCOMES = frozenset({"answered", "voicemail", "missed", "abandoned", "busy", "failed", "unknown"})
_LONGEST = 200


def calls_of(understood: Understood, ledger: Ledger) -> list[LoggedCall]:
    """Returns the calls a delivery tells of: an ending makes a message, or says its direction."""
    found: list[LoggedCall] = []
    for event in understood.events:
        over = event.type is EventType.MESSAGE_RECEIVED or "direction" in event.fields
        call_id = _text(event.fields, "call_id") or event.external_id
        if over and call_id and event.fields.get("call") in _OUTCOMES:
            is_message = event.type is EventType.MESSAGE_RECEIVED
            found.append(_line(understood, event, call_id, ticket_id=ledger.ticket_id if is_message else None))
    return found


def _line(understood: Understood, event: Event, call_id: str, *, ticket_id: UUID | None) -> LoggedCall:
    told = event.fields
    by_phone = event.sender is not None and event.sender.kind is PointKind.PHONE
    return LoggedCall(
        id=new_id(),
        channel_id=understood.channel.id,
        call_id=call_id[:_LONGEST],
        incoming=told.get("direction", "in") == "in",
        outcome=str(told["call"]),
        caller=event.sender.address if by_phone and event.sender is not None else None,
        called=_text(told, "called") or _text(told, "to"),
        began_at=_instant(told, "began_at") or event.occurred_at,
        ended_at=_instant(told, "ended_at"),
        duration_s=_seconds(told, "duration_s"),
        wait_s=_seconds(told, "wait_s"),
        talk_s=_seconds(told, "talk_s"),
        queue=_text(told, "queue"),
        agent=_text(told, "agent"),
        reception_id=understood.reception.id,
        ticket_id=ticket_id,
        received_at=understood.reception.received_at,
    )


def _text(told: Mapping[str, object], name: str) -> str | None:
    found = told.get(name)
    return found[:_LONGEST] if isinstance(found, str) and found else None


def _seconds(told: Mapping[str, object], name: str) -> int | None:
    found = told.get(name)
    return found if isinstance(found, int) and not isinstance(found, bool) and 0 <= found < 10**6 else None


def _instant(told: Mapping[str, object], name: str) -> datetime | None:
    text = _text(told, name)
    try:
        found = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return found.astimezone(UTC) if found is not None and found.tzinfo is not None else None
