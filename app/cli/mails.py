"""Mails in files: one a file, or many in an mbox (RFC 4155), one after the other and never all in memory."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from app.cli.documents import STDIN, named

_SEPARATOR, _BLANK = b"From ", b"\r\n"


@dataclass(frozen=True, slots=True)
class Found:
    """One mail: where it lies, its number there (from 1), its bytes as they lie."""

    source: str
    number: int
    raw: bytes = field(repr=False)


def found_in(sources: tuple[str, ...], *, max_bytes: int) -> Iterator[Found | str]:
    """Yields the mails of files in order; a sentence in place of what cannot be taken."""
    for source in sources:
        try:
            if source == STDIN:
                yield from _of(sys.stdin.buffer, named(source), max_bytes=max_bytes)
                continue
            with Path(source).open("rb") as file:
                yield from _of(file, source, max_bytes=max_bytes)
        except OSError as error:
            yield f"{source} cannot be read: {error.strerror}"


def size_of(sources: tuple[str, ...]) -> int:
    """Returns the bytes there are to read; 0 when the standard input is among them."""
    return 0 if STDIN in sources else sum(Path(source).stat().st_size for source in sources)


def _of(file: BinaryIO, source: str, *, max_bytes: int) -> Iterator[Found | str]:
    first = file.readline(max_bytes + 1)
    if not first.startswith(_SEPARATOR):
        rest = file.read(max_bytes + 1 - len(first)) if len(first) <= max_bytes else b""
        yield _taken(source, 1, first + rest, max_bytes=max_bytes)
        return
    lines: list[bytes] = []
    number, size, after_blank = 1, 0, False
    for line in iter(lambda: file.readline(2**20), b""):
        if after_blank and line.startswith(_SEPARATOR):
            yield _taken(source, number, _joined(lines), max_bytes=max_bytes, size=size - len(_BLANK))
            number, lines, size, after_blank = number + 1, [], 0, False
            continue
        size += len(line)
        if size <= max_bytes + 2:
            lines.append(line)
        after_blank = line in {b"\n", b"\r\n"}
    yield _taken(source, number, _joined(lines), max_bytes=max_bytes, size=size - len(_BLANK))


def _joined(lines: list[bytes]) -> bytes:
    # The blank line before the next separator is the mbox's, not the mail's.
    return b"".join(lines[:-1] if lines and lines[-1] in {b"\n", b"\r\n"} else lines)


def _taken(source: str, number: int, raw: bytes, *, max_bytes: int, size: int = 0) -> Found | str:
    if max(len(raw), size) > max_bytes:
        return f"{source}, mail {number}: larger than PARVIS_MAX_MAIL_BYTES ({max_bytes}); raise it or leave it out"
    if not raw:
        return f"{source} is empty"
    return Found(source, number, raw)
