"""Bytes to text for hostile mail: superset charsets, BOM sniffing, one boundary where unstorable characters go."""

import codecs
import re
from dataclasses import dataclass
from encodings.aliases import aliases

# What software announces is often narrower than what it writes (WHATWG Encoding Standard, § 4.2).
_SUPERSETS = {
    "ascii": "utf_8",
    "latin_1": "cp1252",
    "iso8859_9": "cp1254",
    "iso8859_11": "cp874",
    "tis_620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    "utf_16": "utf_16_le",
    "utf_32": "utf_32_le",
}
_MISNAMED = {
    "ansi": "cp1252",
    "iso_8859_1_windows_1252": "cp1252",
    "iso_8859_8_i": "iso8859_8",
    "ks_c_5601": "cp949",
    "ks_c_5601_1987": "cp949",
    "unicode_1_1_utf_7": "utf_7",
    "utf8mb4": "utf_8",
    "utf8": "utf_8",
    "windows_874": "cp874",
    "x_cp1252": "cp1252",
    "x_gbk": "gb18030",
    "x_mac_roman": "mac_roman",
    "x_sjis": "cp932",
}
# Python's registry also holds transformations (zlib, rot13), quadratic codecs (punycode, idna) and platform ones.
_REFUSED = frozenset(
    [
        "base64_codec",
        "bz2_codec",
        "hex_codec",
        "quopri_codec",
        "rot_13",
        "uu_codec",
        "zlib_codec",
        "punycode",
        "idna",
        "unicode_escape",
        "raw_unicode_escape",
        "undefined",
        "mbcs",
        "oem",
        "charmap",
        "unicode_internal",
    ]
)
_KNOWN = (frozenset(aliases.values()) | {"cp874", "koi8_u", "utf_8_sig"}) - _REFUSED
_BOMS = (
    (codecs.BOM_UTF8, "utf_8"),
    (codecs.BOM_UTF32_LE, "utf_32_le"),
    (codecs.BOM_UTF32_BE, "utf_32_be"),
    (codecs.BOM_UTF16_LE, "utf_16_le"),
    (codecs.BOM_UTF16_BE, "utf_16_be"),
)
_SEPARATORS = re.compile(r"[^a-z0-9]+")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text and what it took: the codec used, and whether the announced one was unknown, wrong or lossy."""

    text: str
    charset: str
    doubtful: bool = False


def codec_of(declared: str | None) -> str | None:
    """Returns the Python codec to read an announced charset with, or None when nobody knows it.

    Only text codecs of the standard library answer: a name chosen by a sender never imports a module.
    """
    if not declared:
        return None
    name = _SEPARATORS.sub("_", declared[:64].strip(" \t\"'").lower()).strip("_")
    compact = name.replace("_", "")
    readings = (_MISNAMED.get(name), aliases.get(name), aliases.get(compact), name, compact)
    found = next((one for one in readings if one in _KNOWN), None)
    if found is None:
        return None
    return _SUPERSETS.get(found, found)


def decode(data: bytes, *, declared: str | None) -> Decoded:
    """Returns the text of a body part; never raises, loses no character that some reading keeps.

    A byte order mark wins over the announcement. A charset that does not fit yields to UTF-8, then to Windows-1252.
    """
    for mark, name in _BOMS:
        if data.startswith(mark):
            text = data[len(mark) :].decode(name, "replace")
            return Decoded(text, name, doubtful=codec_of(declared) not in {name, _plain_name(name)})
    codec = codec_of(declared)
    try:
        return Decoded(data.decode(codec or "utf_8"), codec or "utf_8", doubtful=bool(declared) and codec is None)
    except (UnicodeError, LookupError):
        pass
    if codec == "cp1252":  # five of its bytes mean nothing to Python and a control character to everybody else
        return Decoded(_windows(data), codec)
    if codec not in {None, "utf_8"}:
        return Decoded(data.decode(codec or "utf_8", "replace"), codec or "utf_8", doubtful=True)
    return _misdeclared_utf8(data, silent=declared is None)


def clean_text(text: str) -> str:
    """Returns text a database can hold: without NUL nor lone surrogates (PostgreSQL refuses both)."""
    return _UNSTORABLE.sub("", text)


def clean_visible(text: str) -> str:
    """Returns text a screen or terminal can show: like `clean_text`, and without escape or other control codes."""
    return _CONTROLS.sub("", text)


def _plain_name(codec: str) -> str:
    return "utf_16_le" if codec == "utf_16_be" else codec


def _windows(data: bytes) -> str:
    return data.decode("cp1252", "surrogateescape").translate(_C1)


_C1 = {0xDC00 + byte: chr(byte) for byte in range(0x80, 0xA0)}


def _misdeclared_utf8(data: bytes, *, silent: bool) -> Decoded:
    """Chooses between damaged UTF-8 and Windows-1252 by which of the two the other bytes speak for."""
    text = data.decode("utf_8", "replace")
    damaged = text.count("�")
    multibyte = sum(1 for _ in _MULTIBYTE.finditer(data))
    if multibyte > damaged:
        return Decoded(text, "utf_8", doubtful=True)
    return Decoded(_windows(data), "cp1252", doubtful=not silent)


_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
