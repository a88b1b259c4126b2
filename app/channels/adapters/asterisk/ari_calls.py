"""ARI events gathered into calls: `Dial` ties the legs rung to the one that calls, a call is over when all are destroyed.

Source: docs.asterisk.org, Asterisk REST Interface, events (ChannelCreated, Dial, ChannelEnteredBridge,
ChannelDestroyed, RecordingFinished). Instants carry their offset.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.channels.adapters.asterisk.ended import EndedCall, Outcome
from app.channels.kit.json import JsonRefused, load_provider, member, number, text
from app.channels.kit.times import from_iso

KEPT = frozenset(
    {
        *("ChannelCreated", "StasisStart", "Dial", "ChannelEnteredBridge", "ChannelDestroyed"),
        *("RecordingFinished", "ChannelStateChange"),
    }
)
_MOST_CALLS, _MOST_EVENTS, _MOST_REMEMBERED = 5000, 200, 200
_LONGEST_S, _SWEEP_S = 12 * 3600.0, 60.0
_BUSY, _FAILED = {17}, {34, 38, 41, 42, 47, 58}  # Q.850


@dataclass
class _Open:
    since: float
    events: list[bytes] = field(default_factory=list)
    legs: set[str] = field(default_factory=set)


class Gathering:
    """Gathers the events of each call; a call is named after its first channel."""

    def __init__(self) -> None:
        self._open: dict[str, _Open] = {}
        self._of: dict[str, str] = {}
        self._swept_at = 0.0
        self._first: dict[str, bytes] = {}  # of calls just given: who called, for a recording that ends after them

    def heard(self, document: object, raw: bytes, *, at: float) -> bytes | None:
        """Takes one event; returns a whole call, as a list of what was said of it, when this ends one."""
        kind = text(document, "type") or ""
        if kind not in KEPT:
            return None
        if kind == "Dial":
            self._dialled(document, raw, at=at)
            return None
        leg = _channel_of(document)
        if not leg:
            return None
        call = self._call(self._of.get(leg, leg), at=at)
        if call is None:
            return None
        if len(call.events) < _MOST_EVENTS or kind in {"ChannelDestroyed", "RecordingFinished"}:
            call.events.append(raw)
        if kind == "ChannelDestroyed":
            call.legs.discard(leg)
            return self._ended(self._of.get(leg, leg))
        if kind != "RecordingFinished":  # which may come once its channel is gone
            call.legs.add(leg)
            self._of.setdefault(leg, leg)
        elif not call.legs:
            if leg in self._first:
                call.events.insert(0, self._first[leg])
            return self._ended(leg)
        return None

    def forget(self, *, at: float) -> None:
        """Drops calls whose end was not heard."""
        self._swept_at = at
        for name in [name for name, call in self._open.items() if at - call.since > _LONGEST_S]:
            self._drop(name)

    def _dialled(self, document: object, raw: bytes, *, at: float) -> None:
        caller, peer = text(document, "caller", "id"), text(document, "peer", "id")
        if not peer:
            return
        name = self._of.get(caller, caller) if caller else self._of.get(peer, peer)
        call = self._call(name, at=at)
        if call is None:
            return
        if len(call.events) < _MOST_EVENTS:
            call.events.append(raw)
        if peer != name and self._of.get(peer) == peer and peer in self._open:
            # It was created before anybody said who rings it.
            alone = self._open.pop(peer)
            call.events += alone.events
            call.legs |= alone.legs
        self._of[peer] = name

    def _call(self, name: str, *, at: float) -> _Open | None:
        if name in self._open:
            return self._open[name]
        if at - self._swept_at >= _SWEEP_S:
            self.forget(at=at)  # a busy switchboard is never silent: what ended unheard must not fill the room
        if len(self._open) >= _MOST_CALLS:
            return None
        return self._open.setdefault(name, _Open(since=at))

    def _ended(self, name: str) -> bytes | None:
        call = self._open.get(name)
        if call is None or call.legs:
            return None
        self._drop(name)
        self._first[name] = call.events[0]
        self._first = dict(list(self._first.items())[-_MOST_REMEMBERED:])
        return b"[" + b",".join(call.events) + b"]"

    def _drop(self, name: str) -> None:
        self._open.pop(name, None)
        for leg in [leg for leg, owner in self._of.items() if owner == name]:
            del self._of[leg]


def call_of(events: Sequence[object], *, zone: str) -> EndedCall | None:
    """Reads one call from its events; None when they name none. Pure."""
    rung = {text(one, "peer", "id") for one in events if text(one, "type") == "Dial"}
    about = [one for one in events if member(one, "channel") is not None and text(one, "channel", "id") not in rung]
    first = next((one for one in about if text(one, "type") in {"ChannelCreated", "StasisStart"}), None)
    told = first or next(iter(about), None)
    voice = next((one for one in events if text(one, "type") == "RecordingFinished"), None)
    call_id = text(told, "channel", "id") or (_channel_of(voice) if voice else None)
    if not call_id:
        return None
    gone = [one for one in about if text(one, "type") == "ChannelDestroyed"]
    dialled = [(text(one, "dialstatus"), one) for one in events if text(one, "type") == "Dial"]
    picked = next((one for status, one in dialled if status == "ANSWER"), None)
    began = from_iso(text(told, "channel", "creationtime"), zone=zone) or from_iso(text(told, "timestamp"), zone=zone)
    ended = from_iso(text(gone[-1], "timestamp"), zone=zone) if gone else None
    answered_at = from_iso(text(picked, "timestamp"), zone=zone) if picked is not None else None
    return EndedCall(
        call_id=call_id[:200],
        outcome=_outcome(events, [status for status, _ in dialled], gone, voice, whole=first is not None),
        caller=text(told, "channel", "caller", "number") or "",
        caller_name=text(told, "channel", "caller", "name"),
        called=text(told, "channel", "dialplan", "exten"),
        context=text(told, "channel", "dialplan", "context"),
        began_at=began,
        ended_at=ended,
        agent=text(picked, "peer", "caller", "name") if picked is not None else None,
        wait_s=_between(began, answered_at),
        talk_s=_between(answered_at, ended),
        sound=text(voice, "recording", "name"),
        sound_format=text(voice, "recording", "format") or "wav",
        sound_s=_whole(voice),
    )


def _outcome(
    events: Sequence[object],
    dialled: Sequence[str | None],
    gone: Sequence[object],
    voice: object,
    *,
    whole: bool,
) -> Outcome:
    if voice is not None:
        return Outcome.VOICEMAIL
    together = [one for one in events if text(one, "type") == "ChannelEnteredBridge"]
    several = {text(one, "channel", "id") for one in together}
    if "ANSWER" in dialled or len(several) > 1:
        return Outcome.ANSWERED
    causes = {number(one, "cause") for one in gone}
    if "BUSY" in dialled or causes & _BUSY:
        return Outcome.BUSY
    if "CONGESTION" in dialled or "CHANUNAVAIL" in dialled or causes & _FAILED:
        return Outcome.FAILED
    return Outcome.MISSED if whole else Outcome.UNKNOWN


def _channel_of(document: object) -> str | None:
    if text(document, "type") == "RecordingFinished":
        return (text(document, "recording", "target_uri") or "").removeprefix("channel:") or None
    return text(document, "channel", "id")


def _between(one: datetime | None, other: datetime | None) -> int | None:
    if one is None or other is None:
        return None
    lasted = other - one
    return int(lasted.total_seconds()) if timedelta() <= lasted < timedelta(days=1) else None


def _whole(voice: object) -> int | None:
    found = number(voice, "recording", "duration")
    return int(found) if found is not None and 0 <= found < 10**6 else None


def read(body: bytes) -> Mapping[str, object] | None:
    """Reads one message of the stream; None for what is no JSON object."""
    try:
        found = load_provider(body)
    except JsonRefused:
        return None
    return found if isinstance(found, Mapping) else None
