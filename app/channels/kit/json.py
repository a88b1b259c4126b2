"""JSON from outside: refused or cleaned before anything reads it.

Python's parser accepts `NaN`, repeated keys and numbers of any length, and stores NUL and lone surrogates that neither
PostgreSQL nor UTF-8 can hold (RFC 8259 §4, §6, §8.2; RFC 7493 §2). Our own doors refuse them and say where; a
provider's delivery cannot be refused for a character a citizen typed, so there they are cleaned and the rest is read.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from app.channels.errors import Unreadable

MAX_BYTES: Final = 1 << 20
MAX_DEPTH: Final = 64
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_SURROGATE = re.compile("[\ud800-\udfff]")


class JsonRefused(Unreadable):
    """The document is not JSON we accept; `pointer` (RFC 6901) says where, empty for the whole document."""

    def __init__(self, reason: str, *, pointer: str = "") -> None:
        super().__init__(f"{reason} at {pointer}" if pointer else reason)
        self.reason = reason
        self.pointer = pointer


class _Refused:
    """A value the parser met and we refuse, left in the tree so that its place can be named."""

    def __init__(self, reason: str) -> None:
        self.reason = reason


def load_strict(body: bytes, *, max_bytes: int = MAX_BYTES) -> object:
    """Reads a document at one of our own doors. Raises `JsonRefused` with the pointer of the first fault."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise JsonRefused("the document is not UTF-8") from None
    return _checked(_parsed(text, size=len(body), max_bytes=max_bytes), clean=False)


def load_provider(body: bytes, *, max_bytes: int = MAX_BYTES) -> object:
    """Reads a provider's document: NUL is dropped, lone surrogates become U+FFFD, the other faults raise `JsonRefused`."""
    text = body.decode("utf-8-sig", errors="replace")
    return _checked(_parsed(text, size=len(body), max_bytes=max_bytes), clean=True)


def clean_text(text: str) -> str:
    """Returns the text as it can be stored: without NUL, lone surrogates replaced by U+FFFD."""
    return _SURROGATE.sub("\ufffd", text.replace("\x00", "")) if _UNSTORABLE.search(text) else text


def member(value: object, *path: str) -> object:
    """Returns what stands at the end of a path of object keys, or None where anything on the way is missing or else."""
    for key in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(key)
    return value


def objects(value: object, *path: str) -> Iterator[Mapping[str, object]]:
    """Yields the objects of the array at the end of a path; anything that is not an object is passed over."""
    found = member(value, *path) if path else value
    if isinstance(found, Sequence) and not isinstance(found, str):
        yield from (item for item in found if isinstance(item, Mapping))


def text(value: object, *path: str) -> str | None:
    """Returns the string (or the number, written) at the end of a path, or None."""
    found = member(value, *path) if path else value
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        return None
    return str(found)


def number(value: object, *path: str) -> float | None:
    """Returns the number at the end of a path, also when the provider wrote it as a string."""
    found = member(value, *path) if path else value
    if isinstance(found, bool):
        return None
    try:
        result = float(found) if isinstance(found, str | int | float) else None
    except (ValueError, OverflowError):
        return None
    return result if result is not None and abs(result) < 1e300 else None


def _parsed(text: str, *, size: int, max_bytes: int) -> object:
    if size > max_bytes:
        raise JsonRefused(f"the document is larger than {max_bytes} bytes")
    try:
        return json.loads(
            text, parse_constant=_constant, parse_int=_integer, parse_float=_float, object_pairs_hook=_object
        )
    except json.JSONDecodeError as error:
        raise JsonRefused(f"not JSON: {error.msg}, line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise JsonRefused(f"deeper than {MAX_DEPTH} levels") from None


def _constant(word: str) -> _Refused:
    return _Refused(f"{word} is not a JSON number")


def _integer(digits: str) -> object:
    # Nineteen digits and a sign hold every 64-bit id; beyond, other JSON readers round silently (RFC 8259 §6).
    if len(digits) > 20 or abs(int(digits)) >= 1 << 63:
        return _Refused("an integer beyond 64 bits")
    return int(digits)


def _float(digits: str) -> object:
    value = float(digits) if len(digits) <= 400 else float("inf")
    return value if abs(value) < float("inf") else _Refused("a number out of range")


def _object(pairs: list[tuple[str, object]]) -> object:
    result = dict(pairs)
    if len(result) == len(pairs):
        return result
    seen: set[str] = set()
    twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
    return _Refused(f"the key {twice[:40]!r} stands twice")


def _checked(value: object, *, clean: bool, depth: int = 0, pointer: str = "") -> object:
    if isinstance(value, _Refused):
        raise JsonRefused(value.reason, pointer=pointer)
    if isinstance(value, str):
        return _text(value, clean=clean, pointer=pointer)
    if isinstance(value, dict | list) and depth >= MAX_DEPTH:
        raise JsonRefused(f"deeper than {MAX_DEPTH} levels", pointer=pointer)
    if isinstance(value, dict):
        return {
            _text(key, clean=clean, pointer=pointer): _checked(
                item, clean=clean, depth=depth + 1, pointer=f"{pointer}/{_escaped(key)}"
            )
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [
            _checked(item, clean=clean, depth=depth + 1, pointer=f"{pointer}/{index}")
            for index, item in enumerate(value)
        ]
    return value


def _text(value: str, *, clean: bool, pointer: str) -> str:
    if _UNSTORABLE.search(value) is None:
        return value
    if not clean:
        raise JsonRefused("a NUL or a lone surrogate in a string", pointer=pointer)
    return clean_text(value)


def _escaped(key: str) -> str:
    # A pointer is shown to people and logged: what could not be stored is not repeated in it.
    return clean_text(key)[:100].replace("~", "~0").replace("/", "~1")
