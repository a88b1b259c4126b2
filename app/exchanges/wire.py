"""Events as bytes between the reading child and its parent: JSON and raw pieces, never anything that can execute."""

import dataclasses
import json
import struct
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from app.channels.contract import Attachment, DeliveryStatus, Event, EventType, Geo, Party, PointKind
from app.rest.instants import within

_HEAD = struct.Struct(">II")


def pack(events: Sequence[Event]) -> bytes:
    """Writes events as one JSON document followed by the contents of their pieces."""
    contents: list[bytes] = []
    described = [_describe(event, contents) for event in events]
    document = json.dumps(described, ensure_ascii=True, separators=(",", ":")).encode()
    frames = [_HEAD.pack(len(document), len(contents)), document]
    for content in contents:
        frames += [struct.pack(">Q", len(content)), content]
    return b"".join(frames)


def unpack(data: bytes) -> list[Event]:
    """Reads what `pack` wrote. Raises `ValueError` on anything else."""
    length, count = _HEAD.unpack_from(data)
    offset = _HEAD.size + length
    written = data[_HEAD.size : offset]
    document = json.loads(written)
    if b"\\u0000" in written or b"\\ud" in written:
        document = _storable(document)
    contents: list[bytes] = []
    for _ in range(count):
        (size,) = struct.unpack_from(">Q", data, offset)
        contents.append(data[offset + 8 : offset + 8 + size])
        offset += 8 + size
    pieces = iter(contents)
    return [_event(entry, pieces) for entry in document]


def described(event: Event) -> dict[str, object]:
    """Writes one event without pieces as what JSON holds: for the parts of a message that wait for each other."""
    entry = _describe(event, [])
    return {name: list(value) if isinstance(value, tuple) else value for name, value in entry.items()}


def event_of(entry: Mapping[str, Any]) -> Event:
    """Reads what `described` wrote."""
    return _event(dict(entry), iter(()))


def _storable(value: Any) -> Any:
    """Removes what PostgreSQL refuses in text, NUL and lone surrogates: the one boundary all events cross."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "ignore").decode()
    if isinstance(value, list):
        return [_storable(item) for item in value]
    if isinstance(value, dict):
        return {_storable(key): _storable(item) for key, item in value.items()}
    return value


def _describe(event: Event, contents: list[bytes]) -> dict[str, object]:
    entry: dict[str, object] = {}
    for field in dataclasses.fields(event):
        value = getattr(event, field.name)
        if isinstance(value, Party | Geo):
            value = dataclasses.asdict(value)
        elif field.name == "recipients":
            value = [dataclasses.asdict(party) for party in value]
        elif field.name == "attachments":
            value = [_piece(piece, contents) for piece in value]
        elif isinstance(value, datetime):
            value = value.isoformat()
        elif isinstance(value, Mapping):
            value = dict(value)
        entry[field.name] = value
    return entry


def _piece(piece: Attachment, contents: list[bytes]) -> dict[str, object]:
    described = {f.name: getattr(piece, f.name) for f in dataclasses.fields(piece) if f.name != "content"}
    if piece.content is not None:
        contents.append(piece.content)
    return {**described, "carried": piece.content is not None}


def _event(entry: dict[str, Any], pieces: Iterator[bytes]) -> Event:
    # Any: the document was written by `pack` from this very class; what differs raises here and the delivery is held.
    values: dict[str, Any] = dict(entry)
    values["type"] = EventType(str(entry["type"]))
    values["sender"] = _party(entry["sender"])
    values["recipients"] = tuple(_party(party) for party in _list(entry["recipients"]))
    values["attachments"] = tuple(_attachment(piece, pieces) for piece in _list(entry["attachments"]))
    values["occurred_at"] = _instant(entry["occurred_at"])
    values["geo"] = Geo(**entry["geo"]) if isinstance(entry["geo"], dict) else None
    values["status"] = DeliveryStatus(str(entry["status"])) if entry["status"] else None
    for name in ("in_reply_to", "references", "warnings"):
        values[name] = tuple(_list(entry[name]))
    return Event(**values)


def _instant(value: object) -> datetime | None:
    """A claim at the ends of the calendar could be stored and never read again in another zone: its raw words remain."""
    found = datetime.fromisoformat(str(value)) if value else None
    return found if found is not None and within(found) else None


def _party(value: object) -> Party | None:
    if not isinstance(value, dict):
        return None
    return Party(PointKind(value["kind"]), value["address"], value["display_name"])


def _attachment(value: object, pieces: Iterator[bytes]) -> Attachment:
    described = dict(value) if isinstance(value, dict) else {}
    content = next(pieces) if described.pop("carried") else None
    return Attachment(**described, content=content)


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
