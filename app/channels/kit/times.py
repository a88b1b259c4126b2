"""Instants as providers write them: each kept as received by the caller, here made aware and UTC, or None."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.channels.kit.json import number

_ISO = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|[+-]\d{2}:?\d{2})?", re.ASCII
)
# Seconds stay below this until the year 5138; milliseconds have been above it since 1973.
_MILLISECONDS_FROM = 100_000_000_000


def from_epoch(value: object) -> datetime | None:
    """Reads seconds or milliseconds since 1970, as a number or a string: Meta writes both for one field."""
    instant = number(value)
    if instant is None or instant <= 0:
        return None
    seconds = instant / 1000 if instant >= _MILLISECONDS_FROM else instant
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def from_iso(value: object, *, zone: str = "UTC") -> datetime | None:
    """Reads RFC 3339 and its cousins: seven fractional digits, `-0500`, a space for `T`, no offset (then in `zone`)."""
    found = _ISO.fullmatch(value.strip()) if isinstance(value, str) and len(value) <= 64 else None
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, offset = found.groups()
    micro = int((fraction or "0")[:6].ljust(6, "0"))
    try:
        naive = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), micro)  # noqa: DTZ001
        if offset is None:
            return naive.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
        if offset == "Z":
            return naive.replace(tzinfo=UTC)
        shift = timedelta(hours=int(offset[1:3]), minutes=int(offset[-2:]))
        return (naive - shift if offset[0] == "+" else naive + shift).replace(tzinfo=UTC)
    except (ValueError, OverflowError, ZoneInfoNotFoundError):
        return None


def from_http(value: str | None) -> datetime | None:
    """Reads the date of an HTTP or mail header (RFC 9110 §5.6.7, RFC 5322 §3.3)."""
    if value is None or len(value) > 100:
        return None
    try:
        found = parsedate_to_datetime(value)
        return (found.replace(tzinfo=UTC) if found.tzinfo is None else found).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
