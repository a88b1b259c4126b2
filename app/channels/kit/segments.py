"""How much fits in one provider message, and cutting a text there.

GSM 03.38 (3GPP TS 23.038 §6.2.1): 160 septets alone, 153 a part once joined; UCS-2: 70 and 67 units of UTF-16. One `ç`,
`ê` or `’` turns a whole SMS into UCS-2. Neither an escape pair, nor a surrogate pair, nor a grapheme is ever cut.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from app.accents import without_accents
from app.channels.contract import TextUnit

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_URL = re.compile(r"https?://\S+")
_EXTENDED = frozenset("^{}\\[~]|€\f")  # an escape and a character: two septets


# What NFKD does not make plain, or makes otherwise than people write it.
_NEAR = {
    "’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"', "…": "...", "–": "-", "—": "-", "−": "-",
    "œ": "oe", "Œ": "OE", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "•": "-", "\t": " ", "\u200b": "",
}  # fmt: skip


class SmsEncoding(StrEnum):
    GSM7 = "gsm7"
    UCS2 = "ucs2"


@dataclass(frozen=True, slots=True)
class SmsSize:
    """What a text costs as SMS."""

    encoding: SmsEncoding
    units: int
    segments: int


def sms_size(text: str) -> SmsSize:
    """Counts septets or UTF-16 units, and the parts they fill. An empty text fills one part."""
    encoding = _encoding(text)
    units = sum(_width(encoding)(character) for character in text)
    alone, joined = _capacity(encoding)
    parts = 1 if units <= alone else sum(1 for _ in _packed(text, capacity=joined, width=_width(encoding)))
    return SmsSize(encoding, units, parts)


def unusual(text: str) -> str:
    """Returns the characters that make an SMS leave as UCS-2, each once, in order: what costs half the room."""
    return "".join(dict.fromkeys(c for c in text if c not in _BASIC and c not in _EXTENDED))


def plainer(text: str) -> str:
    """Writes a text with the characters of GSM 03.38 alone, as near as they come; offered to whoever writes, never imposed.

    What has no near letter stays as it is.
    """
    return "".join(_plain(character) for character in unicodedata.normalize("NFC", text))


def _plain(character: str) -> str:
    if character in _BASIC or character in _EXTENDED:
        return character
    if character in _NEAR:
        return _NEAR[character]
    bare = without_accents(character)
    return bare if bare and all(c in _BASIC or c in _EXTENDED for c in bare) else character


def sms_parts(text: str) -> list[str]:
    """Cuts a text into the parts it fills, each readable alone."""
    encoding = _encoding(text)
    alone, joined = _capacity(encoding)
    if sms_size(text).units <= alone:
        return [text]
    return list(_packed(text, capacity=joined, width=_width(encoding)))


def measure(text: str, unit: TextUnit) -> int:
    """Counts a text in the unit a channel declares."""
    match unit:
        case TextUnit.CHARACTERS:
            return len(text)
        case TextUnit.UTF8_BYTES:
            return len(text.encode("utf-8", "replace"))
        case TextUnit.GRAPHEMES:
            return sum(1 for _ in _graphemes(text))
        case TextUnit.SMS_SEGMENTS:
            return sms_size(text).segments
        case _:
            assert_never(unit)


def split_text(text: str, *, limit: int, unit: TextUnit, mark: str = "") -> list[str]:
    """Cuts a text into messages a channel takes, at a paragraph, a line or a word where one stands in the last third.

    Nothing is lost: the pieces joined, with the blanks they were cut at, are the text. Each leaves room for a `mark`
    before it. An address of the Web is cut only where it alone is longer than a message.
    """
    pieces, rest = [], text
    while measure(mark + rest, unit) > limit:
        longest = _longest(rest, limit=limit, unit=unit, mark=mark)
        cut = _before_an_address(rest, _at_a_blank(rest[:longest]))
        pieces.append(rest[:cut].rstrip())
        rest = rest[cut:]
    return [piece for piece in [*pieces, rest] if piece.strip()] or [text]


def _before_an_address(text: str, cut: int) -> int:
    begun = max(text.rfind(scheme, 0, cut) for scheme in ("http://", "https://"))
    found = _URL.match(text, begun) if begun > 0 else None
    return begun if found is not None and found.end() > cut else cut


def _at_a_blank(head: str) -> int:
    for mark in ("\n\n", "\n", " "):
        at = head.rfind(mark)
        if at > len(head) * 2 // 3:
            return at + len(mark)
    return len(head)


def _longest(text: str, *, limit: int, unit: TextUnit, mark: str) -> int:
    """Finds by halves the longest beginning that fits; it always holds one grapheme, and cuts none."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if measure(mark + text[:middle], unit) <= limit else (low, middle - 1)
    while low > 1 and low < len(text) and _joins(text[low - 1], text[low]):
        low -= 1
    return low


def _encoding(text: str) -> SmsEncoding:
    return SmsEncoding.GSM7 if all(c in _BASIC or c in _EXTENDED for c in text) else SmsEncoding.UCS2


def _capacity(encoding: SmsEncoding) -> tuple[int, int]:
    return (160, 153) if encoding is SmsEncoding.GSM7 else (70, 67)


def _width(encoding: SmsEncoding) -> Callable[[str], int]:
    if encoding is SmsEncoding.GSM7:
        return lambda character: 2 if character in _EXTENDED else 1
    return lambda character: 2 if ord(character) > 0xFFFF else 1


def _packed(text: str, *, capacity: int, width: Callable[[str], int]) -> Iterator[str]:
    start, used = 0, 0
    for index, character in enumerate(text):
        size = width(character)
        if used + size > capacity:
            yield text[start:index]
            start, used = index, 0
        used += size
    yield text[start:]


def _graphemes(text: str) -> Iterator[str]:
    """Approximates extended grapheme clusters (UAX #29): marks, joiners, variation selectors, skin tones, flags."""
    start = 0
    for index in range(1, len(text)):
        if not _joins(text[index - 1], text[index]):
            yield text[start:index]
            start = index
    if text:
        yield text[start:]


def _joins(before: str, after: str) -> bool:
    return (
        bool(unicodedata.combining(after))
        or unicodedata.category(after) in {"Mn", "Me", "Mc"}
        or after in {"\u200d", "\ufe0f"}
        or before == "\u200d"
        or 0x1F3FB <= ord(after) <= 0x1F3FF
        or (before == "\r" and after == "\n")
    )
