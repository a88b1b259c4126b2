"""Reading the fields of other tools' JSON without trusting their types: text, instants, addresses, lists."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.channels.kit.addresses import normalise, read_mailboxes
from app.channels.kit.headers import message_ids
from app.imports.shapes import ForeignPerson

TEXT_MAX = 1_000_000
LINE_MAX = 1_000
NAME_MAX = 200
_OCTETS_MAX = 2**63
_FORBIDDEN = re.compile("[\x00\ud800-\udfff]")
# Nothing was written by such a tool before, nor after a machine whose clock is a little fast.
_FIRST = datetime(1990, 1, 1, tzinfo=UTC)
# What calls and short messages came from: digits as people write them, six at the least.
_NUMBER = re.compile(r"(?:tel:)?\+?[0-9](?:[ ().\-]{0,2}[0-9]){5,19}")
_FRENCH = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?:[ T]+(\d{1,2})[:h](\d{2})(?::(\d{2}))?)?")


def text(value: object, *, limit: int = TEXT_MAX) -> str:
    """Returns a text without what no column holds; a number as its digits; anything else as nothing."""
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int | float):
        return str(value)
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", value)[:limit] if isinstance(value, str) else ""


def line(value: object, *, limit: int = LINE_MAX) -> str:
    """Returns a text on one line."""
    return " ".join(text(value, limit=limit * 4).split())[:limit]


def octets(value: object) -> int | None:
    """Returns a size, written as a number or in digits; None for one that nothing can have."""
    written = line(value, limit=20)
    size = int(written) if written.isascii() and written.isdecimal() else None
    return size if size is not None and size < _OCTETS_MAX else None


def member(value: object, name: str) -> Mapping[str, Any]:
    """Returns an inner object; an empty one when there is none."""
    inner = value.get(name) if isinstance(value, Mapping) else None
    return inner if isinstance(inner, Mapping) else {}


def members(value: object, name: str) -> Iterator[Mapping[str, Any]]:
    """Yields the objects of an inner list; what is no object is left out."""
    inner = value.get(name) if isinstance(value, Mapping) else None
    if isinstance(inner, Sequence) and not isinstance(inner, str):
        yield from (one for one in inner if isinstance(one, Mapping))


def words(value: object, *, most: int = 50) -> tuple[str, ...]:
    """Returns the words of a list, of objects with a name, or of a text between commas."""
    if isinstance(value, str):
        value = value.split(",")
    if not isinstance(value, Sequence):
        return ()
    found = (line(one.get("name") if isinstance(one, Mapping) else one, limit=100) for one in value)
    return tuple(one for one in found if one)[:most]


def instant(value: object, *, zone: str = "UTC") -> datetime | None:
    """Reads an instant: RFC 3339, seconds since 1970, or a French date; one without an offset is of `zone`.

    None for what is no date, and for one no such tool can have written.
    """
    found = _instant(value, zone)
    return found if found is not None and found >= _FIRST else None


def _instant(value: object, zone: str) -> datetime | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        try:
            return datetime.fromtimestamp(value, UTC) if value > 0 else None
        except (ValueError, OverflowError, OSError):
            return None
    written = line(value, limit=60)
    if not written:
        return None
    if written.isascii() and written.isdecimal() and 9 <= len(written) <= 11:
        return _instant(int(written), zone)
    try:
        if french := _FRENCH.fullmatch(written):
            day, month, year, hour, minute, second = (int(part or 0) for part in french.groups())
            read = datetime(year, month, day, hour, minute, second, tzinfo=ZoneInfo(zone))
        else:
            read = datetime.fromisoformat(written.removesuffix(" UTC") + ("+00:00" if written.endswith(" UTC") else ""))
        if read.tzinfo is None:
            read = read.replace(tzinfo=ZoneInfo(zone))
        return read.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def address(value: object) -> str | None:
    """Returns an e-mail address in its normal form; None when it is none."""
    written = line(value, limit=400).strip("<> ")
    return normalise(written) if "@" in written else None


def mailbox(value: object) -> ForeignPerson:
    """Reads `Name <address>`, an address, a telephone number, or a bare name."""
    written = line(value, limit=600)
    if "@" not in written:
        number = written if _NUMBER.fullmatch(written) else None
        return ForeignPerson(name="" if number else written[:NAME_MAX], phone=number)
    box = next(iter(read_mailboxes(written.encode("utf-8", "replace"), limit=1).items), None)
    if box is None:
        return ForeignPerson(name=written[:NAME_MAX])
    return ForeignPerson(name=line(box.name or "", limit=NAME_MAX), email=normalise(box.address))


def addresses(value: object, *, most: int = 50) -> tuple[str, ...]:
    """Returns the addresses of a header or of a list."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        value = ", ".join(line(one, limit=400) for one in value[:most])
    written = line(value, limit=20_000)
    boxes = read_mailboxes(written.encode("utf-8", "replace"), limit=most).items if "@" in written else ()
    return tuple(found for box in boxes if (found := normalise(box.address)) is not None)


def message_id(value: object) -> str | None:
    """Returns a Message-ID in its angle brackets (RFC 5322 §3.6.4); None for what is none."""
    found = message_ids(line(value, limit=1_000).encode("utf-8", "replace"))
    return found[0] if found and "@" in found[0] else None


def person(value: Mapping[str, Any], *, first: str = "firstName", last: str = "lastName") -> ForeignPerson:
    """Reads an object with a name, or a first and a last one, an address and a telephone number."""
    full = line(value.get("name"), limit=NAME_MAX) or line(
        f"{line(value.get(first))} {line(value.get(last))}", limit=NAME_MAX
    )
    email = address(value.get("email")) or _first(map(address, _values(value, "emails")))
    numbers = (value.get("phone_number"), value.get("phone"), value.get("mobile"), *_values(value, "phones"))
    number = _first(line(one, limit=40) for one in numbers)
    return ForeignPerson(name=full, email=email, phone=number or None)


def _values(value: Mapping[str, Any], name: str) -> Iterator[object]:
    """Yields what a tool keeps several of: `[{"value": …}]`, or the same among what it embeds."""
    for holder in (value, member(value, "_embedded")):
        yield from (one.get("value") for one in members(holder, name))


def _first(found: Iterable[str | None]) -> str | None:
    return next((one for one in found if one), None)
