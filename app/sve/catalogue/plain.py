"""Entries as JSON keeps them: days are words there, and days again when an entry is read."""

from collections.abc import Mapping
from datetime import date
from typing import Any

DAYS = frozenset({"valid_from", "valid_until", "dated", "taken_on"})


def plain(value: Any) -> Any:
    """Returns values ready for JSON."""
    match value:
        case date():
            return value.isoformat()
        case Mapping():
            return {name: plain(inner) for name, inner in value.items()}
        case list() | tuple():
            return [plain(inner) for inner in value]
        case _:
            return value


def with_days(value: Any) -> Any:
    """Returns what `plain` wrote with its days; a word that is no day stays a word, for the entry to refuse."""
    match value:
        case Mapping():
            return {name: _day(inner) if name in DAYS else with_days(inner) for name, inner in value.items()}
        case list():
            return [with_days(inner) for inner in value]
        case _:
            return value


def _day(value: Any) -> Any:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return value
