"""Small pictures, made on the spot."""

import struct
import zlib


def a_logo(width: int = 40, height: int = 20, *, level: int = 90) -> bytes:
    """Returns a grey PNG."""
    row = b"\0" + bytes([level]) * width
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = [(b"IHDR", head), (b"IDAT", zlib.compress(row * height)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts
    )


def png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


Angle = tuple[int, int, float, str]


def exif(
    *, lat: Angle | None = None, lon: Angle | None = None, orientation: int | None = None, order: str = ">"
) -> bytes:
    """Returns an EXIF block that names its device and, when given, a place and which way up the picture is."""
    maker = b"Appareil 12345\0"
    gps = [
        entry
        for tag, angle in ((1, lat), (3, lon))
        if angle is not None
        for entry in ((tag, 2, angle[3].encode() + b"\0"), (tag + 1, 5, _rationals(angle, order)))
    ]
    first = [(0x010F, 2, maker)]
    if orientation is not None:
        first.append((0x0112, 3, struct.pack(f"{order}H", orientation)))
    length = 2 + 12 * (len(first) + bool(gps)) + 4 + sum(len(body) for _, _, body in first if len(body) > 4)
    if gps:
        first.append((0x8825, 4, struct.pack(f"{order}I", 8 + length)))
    head = (b"II" if order == "<" else b"MM") + struct.pack(f"{order}HI", 42, 8)
    return head + _directory(first, at=8, order=order) + (_directory(gps, at=8 + length, order=order) if gps else b"")


def a_jpeg(block: bytes | None = None, *, comment: bytes | None = b"comment") -> bytes:
    """Returns the segments of a JPEG around pixels that are none, with an EXIF block when one is given."""

    def segment(marker: int, body: bytes) -> bytes:
        return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body

    parts = [b"\xff\xd8", segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0")]
    if block is not None:
        parts.append(segment(0xE1, b"Exif\0\0" + block))
    if comment is not None:
        parts.append(segment(0xFE, comment))
    pixels = b"\x12\xff\x00\x34\xff\xd0\x56"
    return b"".join([*parts, segment(0xDB, bytes(65)), segment(0xDA, bytes(10)), pixels, b"\xff\xd9"])


def _rationals(angle: Angle, order: str) -> bytes:
    return struct.pack(f"{order}6I", angle[0], 1, angle[1], 1, round(angle[2] * 100), 100)


def _directory(entries: list[tuple[int, int, bytes]], *, at: int, order: str) -> bytes:
    sizes = {2: 1, 3: 2, 4: 4, 5: 8}
    table, data, where = b"", b"", at + 2 + 12 * len(entries) + 4
    for tag, kind, body in entries:
        value = body.ljust(4, b"\0") if len(body) <= 4 else struct.pack(f"{order}I", where + len(data))
        data += body if len(body) > 4 else b""
        table += struct.pack(f"{order}HHI", tag, kind, len(body) // sizes[kind]) + value
    return struct.pack(f"{order}H", len(entries)) + table + struct.pack(f"{order}I", 0) + data
