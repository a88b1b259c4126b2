"""AMI events: blocks of `Key: value` lines, ended by a blank one.

Source: docs.asterisk.org, AMI Events (QueueCallerAbandon, Cdr, Newchannel, Hangup). `Linkedid` groups the legs of one
call; a call record (Cdr) only names its first leg, which has the same number.
"""

from collections.abc import Iterator, Mapping

from app.channels.adapters.asterisk.calls import Call, event_of
from app.channels.contract import Event
from app.channels.errors import Unreadable
from app.channels.kit.json import clean_text, number
from app.channels.kit.times import from_epoch, from_iso

_MOST_BLOCKS = 5000
_UNANSWERED = {"NO ANSWER", "BUSY", "FAILED", "CONGESTION"}


def blocks(body: bytes) -> Iterator[Mapping[str, str]]:
    """Yields the events of a stream, key in lower case.

    Raises `Unreadable` when nothing in it is one, or when it holds more than are read at once: none of them is left out.
    """
    text = clean_text(body.decode("utf-8", "replace")).replace("\r\n", "\n")
    found = 0
    if text.count("\n\n") > _MOST_BLOCKS:
        raise Unreadable(f"more than {_MOST_BLOCKS} AMI events in one delivery: send them in several")
    for chunk in text.split("\n\n"):
        pairs = (line.partition(":") for line in chunk.split("\n") if ":" in line)
        block = {name.strip().lower(): value.strip() for name, _, value in pairs}
        if "event" in block:
            found += 1
            yield block
    if not found:
        raise Unreadable("neither an AMI event nor an ARI one")


def event(block: Mapping[str, str], *, territory: str, zone: str) -> Event:
    """Reads one event."""
    name = block["event"]
    if name.lower() == "cdr":
        return event_of(_record(block, zone=zone), territory=territory)
    call_id = block.get("linkedid") or block.get("uniqueid")
    # A timestamp stands only where the switchboard is set to add it (manager.conf, timestampevents).
    stamp = block.get("timestamp")
    details = {
        "queue": block.get("queue"),
        "hold_s": _whole(block.get("holdtime")),
        "cause": block.get("cause-txt"),
        "agent": block.get("membername") or block.get("agent"),
        "called": block.get("exten"),
    }
    call = Call(
        call_id=call_id,
        what=name,
        caller=block.get("calleridnum"),
        caller_name=block.get("calleridname"),
        called=block.get("exten"),
        occurred_at=from_epoch(stamp),
        occurred_raw=stamp,
        missed=name.lower() == "queuecallerabandon",
        details=details,
    )
    return event_of(call, territory=territory)


def _record(block: Mapping[str, str], *, zone: str) -> Call:
    disposition = block.get("disposition", "").upper()
    stamp = block.get("starttime")
    return Call(
        call_id=block.get("linkedid") or block.get("uniqueid"),
        what="Cdr",
        caller=block.get("source"),
        caller_name=None,
        called=block.get("destination"),
        occurred_at=from_iso(stamp, zone=zone),
        occurred_raw=stamp,
        missed=disposition in _UNANSWERED,
        details={
            "called": block.get("destination"),
            "disposition": disposition,
            "duration_s": _whole(block.get("duration")),
            "talk_s": _whole(block.get("billableseconds")),
            "answered": disposition == "ANSWERED",
        },
    )


def _whole(value: str | None) -> int | None:
    found = number(value)
    return int(found) if found is not None else None
