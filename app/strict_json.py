"""JSON as RFC 8259 and I-JSON (RFC 7493) mean it: what Python's reader forgives is refused here, with its place.

Refused: bytes that are not UTF-8, NaN and Infinity, numbers no 64-bit machine holds, the same member twice (RFC 7493
§2.3), deep nesting, U+0000 (PostgreSQL text cannot hold it) and lone surrogates (RFC 7493 §2.1).
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from math import isinf

MAX_DEPTH = 64
_LARGEST = 2**64
# Every alternative consumes, possessively, even a string nobody closed: the scan is linear on hostile bytes.
_SHAPE = re.compile(rb'"(?:[^"\\]++|\\.)*+"?+|[\[{]|[\]}]', re.DOTALL)
_FORBIDDEN = re.compile("[\x00\ud800-\udfff]")
_SUSPECT = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")


class JsonFlaw(StrEnum):
    """Why a text is not JSON we accept; stable words, told to the sender."""

    ENCODING = "json-encoding"
    SYNTAX = "json-syntax"
    DEPTH = "json-depth"
    NUMBER = "json-number"
    DUPLICATE = "json-duplicate-member"
    NUL = "json-nul"
    SURROGATE = "json-lone-surrogate"


class StrictJsonError(ValueError):
    """The bytes are not strict JSON: `pointer` (RFC 6901) says where, `code` why; `message` quotes no content."""

    def __init__(self, pointer: str, code: JsonFlaw, message: str) -> None:
        super().__init__(message)
        self.pointer = pointer
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class _Mark:
    """Stands in the tree where a value was refused, until the walk finds the way to it."""

    code: JsonFlaw
    message: str
    member: str | None = None


def loads(data: bytes, *, max_depth: int = MAX_DEPTH) -> object:
    """Reads one JSON text. Raises `StrictJsonError`; never `RecursionError`, never a number that lost its value."""
    text = _decode(data)
    _check_depth(data, max_depth)
    marks: list[_Mark] = []
    decoder = _decoder(marks)
    try:
        tree = decoder.decode(text)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise StrictJsonError("", JsonFlaw.SYNTAX, f"not JSON at {where}: {error.msg}") from None
    # Raw control characters and raw surrogates cannot pass the two steps above: only an escape brings one.
    if marks or _SUSPECT.search(data):
        for pointer, mark in _marks(tree):
            raise StrictJsonError(pointer, mark.code, mark.message)
    return tree


def pointer_of(path: Iterator[str | int] | tuple[str | int, ...] | list[str | int]) -> str:
    """Writes a JSON pointer (RFC 6901 §3): `~` and `/` are escaped."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


def _decode(data: bytes) -> str:
    try:
        # A byte order mark may be ignored (RFC 8259 §8.1).
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise StrictJsonError("", JsonFlaw.ENCODING, f"not UTF-8 at byte {error.start}") from None


def _check_depth(data: bytes, max_depth: int) -> None:
    depth = 0
    for match in _SHAPE.finditer(data):
        first = data[match.start()]
        if first in b"[{":
            depth += 1
            if depth > max_depth:
                raise StrictJsonError("", JsonFlaw.DEPTH, f"nested deeper than {max_depth}")
        elif first in b"]}":
            depth -= 1


def _decoder(marks: list[_Mark]) -> json.JSONDecoder:
    def mark(code: JsonFlaw, message: str, member: str | None = None) -> _Mark:
        marks.append(_Mark(code, message, member))
        return marks[-1]

    def integer(digits: str) -> int | _Mark:
        # 20 digits hold 2**64; converting more would cost before it is refused.
        if len(digits) > 21 or abs(int(digits)) >= _LARGEST:
            return mark(JsonFlaw.NUMBER, "an integer beyond 64 bits")
        return int(digits)

    def real(digits: str) -> float | _Mark:
        number = float(digits)
        return mark(JsonFlaw.NUMBER, "a number beyond double precision") if isinf(number) else number

    def members(pairs: list[tuple[str, object]]) -> dict[str, object] | _Mark:
        found = dict(pairs)
        if len(found) == len(pairs):
            return found
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        return mark(JsonFlaw.DUPLICATE, "the same member twice", twice)

    return json.JSONDecoder(
        parse_int=integer,
        parse_float=real,
        parse_constant=lambda word: mark(JsonFlaw.NUMBER, f"{word} is not a JSON number"),
        object_pairs_hook=members,
    )


def _marks(tree: object) -> Iterator[tuple[str, _Mark]]:
    """Walks the tree in no promised order and gives each flaw with its place; the depth is already bounded."""
    waiting: list[tuple[tuple[str | int, ...], object]] = [((), tree)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, _Mark):
            member = () if value.member is None or _FORBIDDEN.search(value.member) else (value.member,)
            yield pointer_of(path + member), value
        elif isinstance(value, str):
            if found := _FORBIDDEN.search(value):
                yield pointer_of(path), _forbidden(found[0])
        elif isinstance(value, dict):
            for key, inner in value.items():
                if found := _FORBIDDEN.search(key):
                    yield pointer_of(path), _forbidden(found[0])
                else:
                    waiting.append(((*path, key), inner))
        elif isinstance(value, list):
            waiting.extend(((*path, index), inner) for index, inner in enumerate(value))


def _forbidden(character: str) -> _Mark:
    if character == "\x00":
        return _Mark(JsonFlaw.NUL, "the character U+0000")
    return _Mark(JsonFlaw.SURROGATE, "a surrogate without its other half")
