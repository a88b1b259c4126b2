"""The header block: where it ends, and its fields as raw bytes in order."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.channels.kit.mime.defects import Defect, Defects
from app.channels.kit.mime.limits import Limits

# Possessive quantifiers: ten megabytes of continuation lines leave no backtracking stack behind.
_FIELD = re.compile(rb"([!-9;-~]++)[ \t]*+:([^\n]*+(?:\n[ \t][^\n]*+)*+)(?:\n|\Z)")
_BLANK = re.compile(rb"[ \t]*+\r?(?:\n|\Z)")
_SEPARATOR = re.compile(rb"\n\r?\n")
_LEADING = re.compile(rb"(?:[ \t\r]*+\n)++")
_ENVELOPE_LINE = re.compile(rb">?From [^\n]*+\n")
# Fields that give a mail its sender, thread and structure are kept however many others surround them.
_VITAL = frozenset(
    b"from sender reply-to to cc return-path subject date message-id in-reply-to references content-type "
    b"content-transfer-encoding content-disposition content-id auto-submitted precedence authentication-results "
    b"delivered-to x-original-to list-id".split()
)
_VITAL_MAX = 20


@dataclass(frozen=True, slots=True)
class Fields:
    """Header fields in order, names in lower case, values unfolded but otherwise as received."""

    items: Sequence[tuple[str, bytes]]

    def first(self, name: str) -> bytes | None:
        return next(self.all(name), None)

    def all(self, name: str) -> Iterator[bytes]:
        return (value for key, value in self.items if key == name)

    def __contains__(self, name: object) -> bool:
        return any(key == name for key, _ in self.items)


@dataclass(frozen=True, slots=True)
class Block:
    """A header block and the offset at which the body starts."""

    fields: Fields
    body_start: int


def read_block(raw: bytes, start: int, end: int, *, limits: Limits, defects: Defects) -> Block:
    """Reads fields until a blank line, or until a line that is no field: that line then opens the body.

    The second case is how every mail reader treats a missing separator (RFC 5322 § 2.1 requires one).
    """
    items: list[tuple[str, bytes]] = []
    vital: Counter[bytes] = Counter()
    position, scanned = start, 0
    stop = min(end, start + limits.header_block_bytes)
    while position < stop:
        match = _FIELD.match(raw, position, end)
        if match is None:
            after = _past_stray_line(raw, position, end)
            if after is None:
                return Block(Fields(items), _body_after(raw, position, end, defects=defects))
            defects.note(Defect.HEADER_SYNTAX)
            position = after
            continue
        position = match.end()
        scanned += 1
        name = match[1][:200].lower()
        if len(items) >= limits.header_count:
            defects.note(Defect.HEADER_COUNT)
            if scanned > limits.header_lines_scanned:
                break
            if name not in _VITAL or vital[name] >= _VITAL_MAX:
                continue
            vital[name] += 1
        items.append((name.decode("ascii"), _unfolded(raw, match, limits=limits, defects=defects)))
    else:
        if position < end:
            defects.note(Defect.HEADER_LENGTH)
        else:
            defects.note(Defect.STRUCTURE)  # no blank line: headers and nothing else
        return Block(Fields(items), _skip_headers(raw, position, end))
    return Block(Fields(items), _skip_headers(raw, position, end))


def skip_leading(raw: bytes, *, defects: Defects) -> int:
    """Returns where the first header may stand: after blank lines and the `From ` line of an mbox."""
    position = 0
    if match := _LEADING.match(raw):
        defects.note(Defect.LEADING)
        position = match.end()
    if match := _ENVELOPE_LINE.match(raw, position):
        position = match.end()
    return position


def _body_after(raw: bytes, position: int, end: int, *, defects: Defects) -> int:
    if match := _BLANK.match(raw, position, end):
        return match.end()
    defects.note(Defect.HEADER_SYNTAX)
    return position


def _past_stray_line(raw: bytes, position: int, end: int) -> int | None:
    """Returns the offset after a line that is no field when a vital field follows it: the headers go on."""
    if _BLANK.match(raw, position, end):
        return None
    following = raw.find(b"\n", position, end) + 1
    match = _FIELD.match(raw, following, end) if following else None
    return following if match and match[1].lower() in _VITAL else None


def _skip_headers(raw: bytes, position: int, end: int) -> int:
    """Returns the offset after the first blank line, for blocks too large to be read field by field."""
    match = _SEPARATOR.search(raw, max(position - 1, 0), end)
    return match.end() if match else end


def _unfolded(raw: bytes, match: re.Match[bytes], *, limits: Limits, defects: Defects) -> bytes:
    begin, finish = match.span(2)
    if finish - begin > limits.header_bytes:
        defects.note(Defect.HEADER_LENGTH)
        finish = begin + limits.header_bytes
    value = raw[begin:finish]
    if b"\n" in value:
        value = value.replace(b"\r\n", b"").replace(b"\n", b"")
    return value.strip(b" \t\r")
