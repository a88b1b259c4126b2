"""What a camera wrote beside its picture: where it stood, read; and all of it taken away, without decoding a pixel.

A picture is a row of segments (JPEG: ITU T.81 annex B; PNG: W3C §5; WebP: RFC 9649 §2). Dropping those that tell of people
and devices leaves the pixels byte for byte, and no bomb can go off: nothing is ever decompressed. The place stands in the
EXIF segment as degrees, minutes and seconds (CIPA DC-008 §4.6.6).
"""

import re
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from app.channels.events import Geo

JPEG, PNG, WEBP = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"WEBP"
_EXIF = b"Exif\0\0"
_ORIENTATION, _GPS = 0x0112, 0x8825
_LATITUDE_REF, _LATITUDE, _LONGITUDE_REF, _LONGITUDE = 1, 2, 3, 4
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1}
# What draws the picture: everything else of a PNG, or of a WebP, only tells about it.
_PNG_KEPT = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"sBIT",
             b"acTL", b"fcTL", b"fdAT", b"bKGD", b"pHYs"}  # fmt: skip
# In a scan, FF is followed by 00 or by a restart marker (T.81 §B.1.1.2): anything else is the next segment.
_AFTER_SCAN = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]", re.DOTALL)
_WEBP_KEPT = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"}
# A header alone may announce more pixels than any browser can hold; no camera of a telephone takes as many.
MOST_PIXELS = 250_000_000
_FRAMES = {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}
_BRANDS = {b"heic": "HEIC", b"heix": "HEIC", b"hevc": "HEIC", b"mif1": "HEIC", b"msf1": "HEIC", b"avif": "AVIF"}
_WEBP_FLAGS = 0b0000_1100  # the flags that announce EXIF and XMP (RFC 9649 §2.7.1)


class NoPicture(ValueError):
    """The bytes are no whole JPEG, PNG or WebP: nothing can be promised of what they tell."""


@dataclass(frozen=True, slots=True)
class _Segment:
    marker: int
    whole: bytes
    body: bytes


def position(content: bytes) -> Geo | None:
    """Returns where the camera stood, None where the picture does not say or cannot be read."""
    try:
        exif = _exif(content)
        if exif is None:
            return None
        order, first = _directory(exif)
        offset = first.get(_GPS)
        return _degrees(_entries(exif, order, struct.unpack(f"{order}I", offset)[0])) if offset else None
    except (NoPicture, struct.error, ValueError, ZeroDivisionError, IndexError):
        return None


def first_position(pictures: Iterable[bytes | None]) -> Geo | None:
    """Returns the first position that these pictures tell."""
    return next((found for one in pictures if one and (found := position(one))), None)


def stripped(content: bytes) -> bytes:
    """Returns the same picture without place, device, dates, comments or anything hidden behind it.

    Which way up it is stays. Raises `NoPicture` for what cannot be stripped with certainty, and for a picture that
    announces more pixels than can be shown.
    """
    try:
        if content.startswith(JPEG):
            return _stripped_jpeg(content)
        if content.startswith(PNG):
            return _stripped_png(content)
        if content.startswith(b"RIFF") and content[8:12] == WEBP:
            return _stripped_webp(content)
    except (struct.error, IndexError) as error:
        raise NoPicture("a picture cut short") from error
    if content[4:8] == b"ftyp" and (name := _BRANDS.get(content[8:12])):
        raise NoPicture(f"{name}: its places hide in boxes that cannot be taken out with certainty; send a JPEG")
    raise NoPicture("neither JPEG, PNG nor WebP")


def _stripped_jpeg(content: bytes) -> bytes:
    """Keeps what decodes, drops APPn (but JFIF and Adobe, which set the colours) and comments."""
    kept: list[bytes] = [content[:2]]
    for segment in _jpeg_segments(content):
        if segment.marker == 0xE1 and segment.body.startswith(_EXIF):
            kept.append(_only_orientation(segment.body[len(_EXIF) :]))
        elif segment.marker == 0xE0:
            kept.append(_without_thumbnail(segment))
        elif _draws(segment):
            if segment.marker in _FRAMES:
                height, width = struct.unpack_from(">HH", segment.body, 1)
                _bounded(width, height)
            kept.append(segment.whole)
    return b"".join(kept)


def _without_thumbnail(segment: _Segment) -> bytes:
    """A thumbnail shows the picture as it was before somebody cut a face off it: JFIF's head stays, its thumbnail goes."""
    if not segment.body.startswith(b"JFIF\0") or len(segment.body) < 14:
        return b""
    body = segment.body[:12] + b"\0\0"
    return b"\xff\xe0" + struct.pack(">H", len(body) + 2) + body


def _bounded(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise NoPicture(f"a picture of {width} by {height} pixels")


def _draws(segment: _Segment) -> bool:
    if 0xE0 <= segment.marker <= 0xEF:
        profile = segment.marker == 0xE2 and segment.body.startswith(b"ICC_PROFILE\0")
        return profile or segment.marker == 0xEE
    return segment.marker != 0xFE


def _jpeg_segments(content: bytes) -> Iterator[_Segment]:
    """Yields the segments from SOI to EOI, a scan with the data that follows it; what stands behind is left out."""
    at = 2
    while True:
        if content[at] != 0xFF:
            raise NoPicture("a JPEG whose segments do not follow each other")
        while content[at + 1] == 0xFF:
            at += 1
        marker = content[at + 1]
        if marker == 0xD9:
            yield _Segment(marker, content[at : at + 2], b"")
            return
        (length,) = struct.unpack_from(">H", content, at + 2)
        end = at + 2 + length
        if length < 2 or end > len(content):
            raise NoPicture("a JPEG segment longer than its file")
        body = content[at + 4 : end]
        if marker == 0xDA:
            following = _AFTER_SCAN.search(content, end)
            if following is None:
                raise NoPicture("a JPEG without its end")
            end = following.start()
        yield _Segment(marker, content[at:end], body)
        at = end


def _only_orientation(exif: bytes) -> bytes:
    """Returns an EXIF segment that says which way up the picture is and nothing else; nothing where it says nothing."""
    try:
        order, first = _directory(exif)
        way = struct.unpack(f"{order}H", first[_ORIENTATION][:2])[0] if _ORIENTATION in first else 1
    except (struct.error, ValueError, IndexError):
        way = 1
    if not 2 <= way <= 8:
        return b""
    entry = struct.pack(">HHIHH", _ORIENTATION, 3, 1, way, 0)
    body = _EXIF + b"MM\0*" + struct.pack(">IH", 8, 1) + entry + struct.pack(">I", 0)
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def _stripped_png(content: bytes) -> bytes:
    kept: list[bytes] = []
    for kind, whole in _png_chunks(content):
        if kind == b"IHDR":
            _bounded(*struct.unpack_from(">II", whole, 8))
        if kind in _PNG_KEPT:
            kept.append(whole)
    return PNG + b"".join(kept)


def _png_chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yields the chunks up to IEND; what stands behind it is left out."""
    at = len(PNG)
    while True:
        (length,) = struct.unpack_from(">I", content, at)
        kind, end = content[at + 4 : at + 8], at + 12 + length
        if end > len(content):
            raise NoPicture("a PNG chunk longer than its file")
        yield kind, content[at:end]
        if kind == b"IEND":
            return
        at = end


def _stripped_webp(content: bytes) -> bytes:
    kept: list[bytes] = []
    for kind, whole in _webp_chunks(content):
        if kind == b"VP8X":
            width, height = (1 + int.from_bytes(whole[at : at + 3], "little") for at in (12, 15))
            _bounded(width, height)
            kept.append(whole[:8] + bytes([whole[8] & ~_WEBP_FLAGS]) + whole[9:])
        elif kind in _WEBP_KEPT:
            kept.append(whole)
    body = WEBP + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _webp_chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at, end_of_file = 12, min(len(content), 8 + struct.unpack_from("<I", content, 4)[0])
    while at < end_of_file:
        (length,) = struct.unpack_from("<I", content, at + 4)
        end = at + 8 + length + (length & 1)
        if at + 8 + length > len(content):
            raise NoPicture("a WebP chunk longer than its file")
        yield content[at : at + 4], content[at:end]
        at = end


def _exif(content: bytes) -> bytes | None:
    """Returns the EXIF block of a picture: a TIFF header and its directories."""
    if content.startswith(JPEG):
        found = (one.body for one in _jpeg_segments(content) if one.marker == 0xE1 and one.body.startswith(_EXIF))
        return next((body[len(_EXIF) :] for body in found), None)
    if content.startswith(PNG):
        return next((whole[8:-4] for kind, whole in _png_chunks(content) if kind == b"eXIf"), None)
    if content.startswith(b"RIFF") and content[8:12] == WEBP:
        return next((whole[8:].removeprefix(_EXIF) for kind, whole in _webp_chunks(content) if kind == b"EXIF"), None)
    return None


def _directory(exif: bytes) -> tuple[str, Mapping[int, bytes]]:
    """Returns the byte order, and the first directory's values by tag."""
    order = {b"II": "<", b"MM": ">"}.get(exif[:2])
    if order is None:
        raise NoPicture("EXIF without a byte order")
    return order, _entries(exif, order, struct.unpack_from(f"{order}I", exif, 4)[0])


def _entries(exif: bytes, order: str, at: int) -> dict[int, bytes]:
    """Reads one directory, at most 200 entries; one that points outside the block is left out."""
    (count,) = struct.unpack_from(f"{order}H", exif, at)
    found: dict[int, bytes] = {}
    for index in range(min(count, 200)):
        tag, kind, number = struct.unpack_from(f"{order}HHI", exif, at + 2 + 12 * index)
        size = _SIZES.get(kind, 0) * number
        where = at + 2 + 12 * index + 8
        if size > 4:
            (where,) = struct.unpack_from(f"{order}I", exif, where)
        if 0 < size <= 4096 and where + size <= len(exif):
            value = exif[where : where + size]
            # Rationals are given the order they were written in.
            found[tag] = (
                value
                if kind != 5 or order == ">"
                else struct.pack(f">{2 * number}I", *struct.unpack(f"<{2 * number}I", value))
            )
    return found


def _degrees(gps: Mapping[int, bytes]) -> Geo | None:
    lat = _angle(gps.get(_LATITUDE), gps.get(_LATITUDE_REF), negative=b"S")
    lon = _angle(gps.get(_LONGITUDE), gps.get(_LONGITUDE_REF), negative=b"W")
    # A camera that does not know writes zeros: nobody reports a hole in the Gulf of Guinea.
    if lat is None or lon is None or abs(lat) > 90 or abs(lon) > 180 or (lat == 0 and lon == 0):
        return None
    return Geo(lat, lon)


def _angle(value: bytes | None, ref: bytes | None, *, negative: bytes) -> float | None:
    if value is None or ref is None or len(value) < 24:
        return None
    numbers = struct.unpack(">6I", value[:24])
    degrees, minutes, seconds = (numbers[i] / numbers[i + 1] if numbers[i + 1] else 0.0 for i in (0, 2, 4))
    angle = round(degrees + minutes / 60 + seconds / 3600, 7)
    return -angle if ref[:1].upper() == negative else angle
