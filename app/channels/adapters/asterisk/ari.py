"""ARI events: one JSON object each.

Source: docs.asterisk.org, Asterisk REST Interface, events (StasisStart, ChannelDestroyed, RecordingFinished). Instants
carry an offset without a colon; an empty caller's number is a withheld one.
"""

from dataclasses import replace

from app.channels.adapters.asterisk.calls import Call, event_of
from app.channels.contract import Attachment, Event, EventType
from app.channels.kit.json import member, number, text
from app.channels.kit.times import from_iso

_RINGING = {"Ring", "Ringing", "Down", "Dialing"}


def event(document: object, *, territory: str, zone: str) -> Event:
    """Reads one event."""
    kind = text(document, "type") or "nothing"
    if kind == "RecordingFinished":
        return _recorded(document, territory=territory, zone=zone)
    channel = member(document, "channel")
    stamp = text(document, "timestamp")
    ended, began = from_iso(stamp, zone=zone), from_iso(member(channel, "creationtime"), zone=zone)
    destroyed = kind == "ChannelDestroyed"
    duration = int((ended - began).total_seconds()) if destroyed and ended and began else None
    called = text(channel, "dialplan", "exten")
    call = Call(
        call_id=text(channel, "id"),
        what=kind,
        caller=text(channel, "caller", "number"),
        caller_name=text(channel, "caller", "name"),
        called=called,
        occurred_at=ended,
        occurred_raw=stamp,
        missed=destroyed and text(channel, "state") in _RINGING,
        details={
            "called": called,
            "cause": text(document, "cause_txt"),
            "duration_s": duration,
            "state": text(channel, "state"),
        },
    )
    return event_of(call, territory=territory)


def _recorded(document: object, *, territory: str, zone: str) -> Event:
    """Reads a voice message: it is kept as a piece to fetch, with its length in words."""
    name, form = text(document, "recording", "name"), text(document, "recording", "format") or "wav"
    seconds = int(number(document, "recording", "duration") or 0)
    # `channel:1400609726.3` is what was recorded.
    target = (text(document, "recording", "target_uri") or "").removeprefix("channel:")
    stamp = text(document, "timestamp")
    call = Call(
        call_id=target or name,
        what="RecordingFinished",
        caller=text(document, "channel", "caller", "number"),
        caller_name=None,
        called=None,
        occurred_at=from_iso(stamp, zone=zone),
        occurred_raw=stamp,
        details={"recording": name, "duration_s": seconds},
    )
    base = event_of(call, territory=territory)
    return replace(
        base,
        type=EventType.MESSAGE_RECEIVED,
        event_key=f"recording:{name}" if name else base.event_key,
        text=f"[message vocal {seconds // 60}:{seconds % 60:02d}]",
        attachments=[Attachment(name=f"{name}.{form}", content_type=f"audio/{form}", source=name)] if name else [],
        reason=None,
    )
