"""AMI events gathered into calls: `Linkedid` names the call all its legs belong to, a record (Cdr) only its own leg.

Source: docs.asterisk.org, AMI Events (Newchannel, DialEnd, BridgeEnter, Hangup, Cdr, QueueCallerAbandon, AgentConnect).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.channels.adapters.asterisk.ended import EndedCall, Outcome
from app.channels.kit.json import number
from app.channels.kit.times import from_epoch, from_iso

KEPT = frozenset(
    {
        *("newchannel", "dialbegin", "dialend", "bridgeenter", "hangup", "cdr", "queuecallerjoin"),
        *("queuecallerabandon", "agentconnect", "agentcomplete", "userevent"),
    }
)
VOICEMAIL = "voicemailmessage"
_MOST_CALLS, _MOST_BLOCKS = 5000, 200
# Nobody is on the line for so long: its end was not heard.
_LONGEST_S = 12 * 3600.0
_BUSY, _FAILED = {"17"}, {"34", "38", "41", "42", "47", "58"}  # Q.850


@dataclass
class _Open:
    """A call under way: its blocks as they came, and the legs that are not hung up."""

    since: float
    blocks: list[bytes] = field(default_factory=list)
    legs: set[str] = field(default_factory=set)
    whole: bool = False  # its first leg was seen to begin
    over_at: float | None = None
    recorded: bool = False


class Gathering:
    """Gathers the blocks of each call, and gives them when it is over and its record has had time to come.

    `linger_s` is that time; instants are those of any clock that only goes forward.
    """

    def __init__(self, *, linger_s: float) -> None:
        self._linger_s = linger_s
        self._open: dict[str, _Open] = {}
        self._legs: dict[str, str] = {}
        self._given: dict[str, None] = {}

    def heard(self, said: Mapping[str, str], raw: bytes, *, at: float) -> None:
        """Takes one event; those that tell nothing of a call's course are passed over."""
        name = said.get("event", "").lower()
        if name not in KEPT or (name == "userevent" and said.get("userevent", "").lower() != VOICEMAIL):
            return
        leg = said.get("uniqueid") or said.get("destuniqueid") or ""
        # A transfer gives a leg to another call: the one it began in is the one it ends in.
        call_id = self._legs.get(leg) or said.get("linkedid") or leg
        if not call_id or (call_id in self._given and name != "userevent"):
            return  # what comes of a call after it was given would make it two
        begins = name == "newchannel"
        if call_id not in self._open and not begins and not (leg == call_id or name == "userevent"):
            return  # a later leg of a call whose beginning was not heard: its first leg will tell
        if call_id not in self._open and len(self._open) >= _MOST_CALLS:
            return
        call = self._open.setdefault(call_id, _Open(since=at))
        if len(call.blocks) < _MOST_BLOCKS or name in {"cdr", "hangup"}:
            call.blocks.append(raw)
        if begins:
            call.legs.add(leg)
            call.whole, call.over_at = call.whole or leg == call_id, None
            self._legs[leg] = call_id
        elif name == "hangup":
            call.legs.discard(leg)
        elif name == "cdr":
            call.recorded = call.recorded or leg == call_id
        if not call.legs and name in {"hangup", "cdr", "userevent"}:
            call.over_at = at

    def due_in(self, *, at: float) -> float | None:
        """Returns in how many seconds the next call can be given, None while none is over."""
        waits = [self._wait(call, at=at) for call in self._open.values() if call.over_at is not None]
        return min(waits, default=None)

    def over(self, *, at: float) -> list[bytes]:
        """Returns the calls that are over, each as the blocks it was made of."""
        given: list[bytes] = []
        for call_id, call in list(self._open.items()):
            forgotten = at - call.since > _LONGEST_S
            if forgotten or (call.over_at is not None and self._wait(call, at=at) <= 0):
                del self._open[call_id]
                given.append(b"".join(block + b"\r\n\r\n" for block in call.blocks))
                self._given[call_id] = None
        if given:
            self._legs = {leg: call_id for leg, call_id in self._legs.items() if call_id in self._open}
            self._given = dict.fromkeys(list(self._given)[-_MOST_CALLS:])
        return given

    def _wait(self, call: _Open, *, at: float) -> float:
        if call.over_at is None or call.recorded:
            return 0.0
        return call.over_at + self._linger_s - at


def call_of(blocks: Sequence[Mapping[str, str]], *, zone: str) -> EndedCall | None:
    """Reads one call from its blocks; None when they name none. Pure."""
    first = next((one for one in blocks if _name(one) == "newchannel" and _is_first(one)), None)
    record = next((one for one in blocks if _name(one) == "cdr"), {})
    voice = next((one for one in blocks if _name(one) == "userevent"), None)
    told = first or next((one for one in blocks if _name(one) != "cdr"), {})
    call_id = told.get("linkedid") or told.get("uniqueid") or record.get("uniqueid")
    if not call_id:
        return None
    hangups = [one for one in blocks if _name(one) == "hangup"]
    queued = _last(blocks, "queuecallerabandon", "agentcomplete", "agentconnect", "queuecallerjoin")
    connected = _last(blocks, "agentconnect", "agentcomplete")
    source = record.get("source") or None
    began = from_iso(record.get("starttime"), zone=zone) or _at(told) or _at_of(call_id)
    return EndedCall(
        call_id=call_id[:200],
        outcome=_outcome(blocks, record, voice, whole=first is not None),
        caller=told.get("calleridnum") if first or not record else source,
        caller_name=told.get("calleridname") or None,
        called=(first or {}).get("exten") or record.get("destination") or told.get("exten") or None,
        context=(first or {}).get("context") or record.get("destinationcontext") or told.get("context") or None,
        began_at=began,
        ended_at=from_iso(record.get("endtime"), zone=zone) or _latest(hangups) or _lasting(began, record),
        queue=queued.get("queue"),
        agent=connected.get("membername") or connected.get("agent"),
        wait_s=_whole(queued.get("holdtime") or connected.get("holdtime")),
        talk_s=_whole(connected.get("talktime")) or _whole(record.get("billableseconds")),
        sound=(voice or {}).get("url") or (voice or {}).get("recording"),
        sound_format=(voice or {}).get("format") or "wav",
        sound_s=_whole((voice or {}).get("duration")),
    )


def _outcome(
    blocks: Sequence[Mapping[str, str]], record: Mapping[str, str], voice: Mapping[str, str] | None, *, whole: bool
) -> Outcome:
    if voice is not None:
        return Outcome.VOICEMAIL
    names = {_name(one) for one in blocks}
    dialled = {one.get("dialstatus", "").upper() for one in blocks if _name(one) == "dialend"}
    disposition = record.get("disposition", "").upper()
    # An answering machine, a menu, a music answer too: somebody did when another channel was connected.
    by_somebody = disposition == "ANSWERED" and bool(record.get("destinationchannel"))
    bridged = {one.get("uniqueid") for one in blocks if _name(one) == "bridgeenter"}
    if by_somebody or "ANSWER" in dialled or "agentconnect" in names or len(bridged) > 1:
        return Outcome.ANSWERED
    if "queuecallerabandon" in names:
        return Outcome.ABANDONED
    causes = {one.get("cause", "") for one in blocks if _name(one) == "hangup"}
    if disposition == "BUSY" or "BUSY" in dialled or causes & _BUSY:
        return Outcome.BUSY
    if disposition in {"FAILED", "CONGESTION"} or causes & _FAILED:
        return Outcome.FAILED
    return Outcome.MISSED if whole or record else Outcome.UNKNOWN


def _name(block: Mapping[str, str]) -> str:
    return block.get("event", "").lower()


def _is_first(block: Mapping[str, str]) -> bool:
    return block.get("uniqueid") == (block.get("linkedid") or block.get("uniqueid"))


def _last(blocks: Sequence[Mapping[str, str]], *names: str) -> Mapping[str, str]:
    """Returns the event that tells most: the first of the names that stands there."""
    return next((one for name in names for one in blocks if _name(one) == name), {})


def _at(block: Mapping[str, str]) -> datetime | None:
    # It stands only where the switchboard is set to add it (manager.conf, timestampevents).
    return from_epoch(block.get("timestamp"))


def _at_of(call_id: str) -> datetime | None:
    """The name of a channel is the second in which it was made: `[system-]1767600000.12`."""
    return from_epoch(call_id.rpartition("-")[2].partition(".")[0])


def _latest(hangups: Sequence[Mapping[str, str]]) -> datetime | None:
    return max((at for one in hangups if (at := _at(one)) is not None), default=None)


def _lasting(began: datetime | None, record: Mapping[str, str]) -> datetime | None:
    lasted = _whole(record.get("duration"))
    return began + timedelta(seconds=lasted) if began is not None and lasted is not None else None


def _whole(value: str | None) -> int | None:
    found = number(value)
    return int(found) if found is not None and 0 <= found < 10**6 else None
