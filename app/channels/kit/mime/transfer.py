"""Content-transfer-encodings (RFC 2045 § 6), read leniently: a slip of the sender costs a warning, never a piece."""

import binascii
import re

from app.channels.kit.mime.defects import Defect, Defects

_NOT_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="))
_BLANKS = b" \t\r\n"
_PADDING = re.compile(rb"=++")
_BAD_ESCAPE = re.compile(rb"=(?![0-9A-Fa-f]{2}|[ \t]*+(?:\r?\n|\Z))")
_RUNS_MAX = 10_000


def decode_transfer(data: bytes, *, encoding: bytes | None, defects: Defects) -> bytes:
    """Returns the bytes a part stands for; an unknown encoding leaves them as they are, with a warning."""
    name = (encoding or b"").split(b";", 1)[0].strip(b" \t\"'").lower()
    if name in {b"", b"7bit", b"8bit", b"binary", b"7-bit", b"8-bit", b"7bits", b"8bits"}:
        return data
    if name == b"base64":
        return _base64(data, defects=defects)
    if name == b"quoted-printable":
        if _BAD_ESCAPE.search(data):
            defects.note(Defect.TRANSFER)
        return binascii.a2b_qp(data)
    if name in {b"x-uuencode", b"uuencode", b"x-uue", b"uue"}:
        return _uuencoded(data, defects=defects)
    defects.note(Defect.TRANSFER)
    return data


def _base64(data: bytes, *, defects: Defects) -> bytes:
    """Decodes base64 cut, joined or soiled on its way.

    The standard library stops at the first padding: what follows, in pieces joined by careless software, would be lost.
    """
    symbols = data.translate(None, _NOT_BASE64)
    if len(symbols) != len(data.translate(None, _BLANKS)):
        defects.note(Defect.TRANSFER)
    body = symbols.rstrip(b"=")
    if b"=" not in body:
        return _quanta(body, defects=defects)
    defects.note(Defect.TRANSFER)
    return b"".join(_quanta(run, defects=defects) for run in _PADDING.split(body, _RUNS_MAX))


def _quanta(symbols: bytes, *, defects: Defects) -> bytes:
    symbols = symbols.replace(b"=", b"")
    if len(symbols) % 4 == 1:
        defects.note(Defect.TRANSFER)
        symbols = symbols[:-1]
    return binascii.a2b_base64(symbols + b"=" * (-len(symbols) % 4))


def _uuencoded(data: bytes, *, defects: Defects) -> bytes:
    out: list[bytes] = []
    for line in data.splitlines():
        if line.startswith((b"begin ", b"end")) or not line.strip():
            continue
        try:
            out.append(binascii.a2b_uu(line))
        except binascii.Error:
            # Some encoders pad lines: decode only what the length byte announces.
            wanted = (((line[0] - 32) & 63) * 4 + 5) // 3
            try:
                out.append(binascii.a2b_uu(line[:wanted]))
            except binascii.Error:
                defects.note(Defect.TRANSFER)
    return b"".join(out)
