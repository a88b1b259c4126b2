"""How large a picture says it is, and of how many pages: read from its head, before anything draws it."""

import struct
from dataclasses import dataclass

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
_TIFF = {b"II*\0": "<", b"MM\0*": ">"}
# Frames of JPEG that carry dimensions: SOF0 to SOF15 without the tables DHT, JPG and DAC.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_BARE = frozenset({0x01, *range(0xD0, 0xD9)})  # markers without a length
_WIDTH, _HEIGHT = 256, 257


class NoPicture(ValueError):
    """The head does not say what a picture of that kind says."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The largest page of a picture, in pixels, and how many pages it has."""

    pixels: int
    pages: int


def frame_of(content: bytes, *, most_pages: int) -> Frame:
    """Reads a PNG, JPEG or TIFF. Raises `NoPicture`.

    Nothing else may ever reach tesseract: what it does not recognise it takes for a list of files to open.
    """
    try:
        if content.startswith(_PNG):
            width, height = struct.unpack_from(">II", content, 16)
            return Frame(width * height, 1)
        if content.startswith(_JPEG):
            return Frame(_jpeg(content), 1)
        if (order := _TIFF.get(content[:4])) is not None:
            return _tiff(content, order, most_pages)
    except struct.error as error:
        raise NoPicture("cut off") from error
    raise NoPicture("of no known kind")


def _jpeg(content: bytes) -> int:
    at = 2
    while True:
        marker, code = struct.unpack_from(">BB", content, at)
        if marker != 0xFF:
            raise NoPicture("no marker where one is expected")
        at += 1 if code == 0xFF else 2
        if code == 0xFF or code in _BARE:
            continue
        (length,) = struct.unpack_from(">H", content, at)
        if code in _FRAMES:
            height, width = struct.unpack_from(">HH", content, at + 3)
            return int(height) * int(width)
        at += max(length, 2)


def _tiff(content: bytes, order: str, most_pages: int) -> Frame:
    """Follows the chain of pages; one that turns back on itself ends at the bound like one that is too long."""
    pages, largest = 0, 0
    (at,) = struct.unpack_from(f"{order}I", content, 4)
    while at and pages <= most_pages:
        (entries,) = struct.unpack_from(f"{order}H", content, at)
        sides = {_WIDTH: 0, _HEIGHT: 0}
        for entry in range(at + 2, at + 2 + 12 * entries, 12):
            tag, kind = struct.unpack_from(f"{order}HH", content, entry)
            if tag in sides:
                (sides[tag],) = struct.unpack_from(f"{order}{'H' if kind == 3 else 'I'}", content, entry + 8)
        pages, largest = pages + 1, max(largest, sides[_WIDTH] * sides[_HEIGHT])
        (at,) = struct.unpack_from(f"{order}I", content, at + 2 + 12 * entries)
    if not largest:
        raise NoPicture("without a size")
    return Frame(largest, pages)
