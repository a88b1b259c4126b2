"""What AMI and ARI have in common: a call, and when it is worth a ticket."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from app.channels.contract import Event, EventType, Party, PointKind
from app.channels.kit.keys import digest
from app.channels.kit.phone import is_withheld, phone_party


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One thing that happened to a call. `missed` and `voicemail` reach the agents as messages."""

    call_id: str | None
    what: str
    caller: str | None
    caller_name: str | None
    called: str | None
    occurred_at: datetime | None
    occurred_raw: str | None
    missed: bool = False
    details: Mapping[str, object] = field(default_factory=dict)


def event_of(call: Call, *, territory: str) -> Event:
    """Returns the event of a call: a message when somebody was not answered, else ignored, with all its details."""
    sender = caller_party(call.caller, call.caller_name, territory=territory)
    internal = sender is not None and sender.kind is not PointKind.PHONE
    called = phone_party(call.called, territory=territory)
    is_message = call.missed and not internal
    kept = {"call": "missed" if is_message else call.what, **call.details}
    return Event(
        type=EventType.MESSAGE_RECEIVED if is_message else EventType.IGNORED,
        # Several events tell the end of one missed call: they share a key, so that it makes one ticket.
        event_key=_key(call, is_message=is_message),
        external_id=call.call_id,
        sender=sender,
        recipients=[called] if called else [],
        text=_words(call) if is_message else None,
        occurred_at=call.occurred_at,
        occurred_raw=call.occurred_raw,
        thread_key=call.call_id,
        fields={name: value for name, value in kept.items() if value not in (None, "")},
        warnings=["the caller's number is withheld"] if is_message and sender is None else [],
        reason=None if is_message else f"{call.what}{' (internal call)' if internal else ''}",
    )


def caller_party(number: str | None, name: str | None, *, territory: str) -> Party | None:
    """Returns who calls; withheld numbers are nobody, never one shared contact. A number may be forged."""
    if is_withheld(number):
        return None
    party = phone_party(number, territory=territory)
    return Party(party.kind, party.address, None if is_withheld(name) else name) if party else None


def _key(call: Call, *, is_message: bool) -> str:
    if call.call_id is None:
        return digest(call.what, call.caller, call.called, call.occurred_raw)
    return f"{call.call_id}:{'missed' if is_message else call.what}"


def _words(call: Call) -> str:
    queue, hold = call.details.get("queue"), call.details.get("hold_s")
    place = f" sur la file « {queue} »" if queue else (f" au {call.called}" if call.called else "")
    waited = f" après {hold} s d’attente" if hold else ""
    return f"Appel manqué{place}{waited}"
