"""Header values decoded by ourselves: encoded-words, parameters, message ids, dates. Linear, and never raising."""

import binascii
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

from app.channels.kit.charsets import clean_visible, decode
from app.channels.kit.mime.limits import DEFAULT_LIMITS

_WORD = re.compile(r"=\?([^?\s]{1,75})\?([bBqQ])\?([^?\r\n]*+)\?=")
_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/]")
_QUOTED = re.compile(rb"=([0-9A-Fa-f]{2})")
_BIDI = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]")
_SPACES = re.compile(r"[\s\x85\u2028\u2029]+")
_PARAMETER = re.compile(rb';[ \t]*+([^\s=;"]++)[ \t]*+=[ \t]*+(?:"((?:[^"\\]|\\.)*+)(?:"|\Z)|([^;]*+))', re.DOTALL)
_SECTION = re.compile(r"(.+?)(?:\*(\d{1,4}))?(\*)?")
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,996})>")
_LOOSE_ID = re.compile(r"[^<>\s,;\"()]{1,996}@[^<>\s,;\"()]{1,255}")
PARAMETERS_MAX = 200


def text_of(raw: bytes) -> str:
    """Returns raw header bytes as text: UTF-8 (RFC 6532), else Windows-1252, on one line."""
    text = raw.decode("ascii") if raw.isascii() else decode(raw, declared=None).text
    return clean_visible(text.replace("\r", " ").replace("\n", " "))


def decode_words(value: str, *, words: int = DEFAULT_LIMITS.encoded_words) -> str:
    """Returns a header value with its encoded-words decoded (RFC 2047), on one line.

    Neighbours of the same charset are joined before decoding, since senders cut words inside a character. Beyond
    `words`, the rest is left as written. Not for addresses: an encoded-word never makes one (RFC 2047 § 5).
    """
    out: list[str] = []
    held = b""
    charset = ""
    position = 0
    for count, match in enumerate(_WORD.finditer(value)):
        if count >= words:
            break
        between = value[position : match.start()]
        name = match[1].split("*", 1)[0].lower()
        if count == 0 or between.strip() or name != charset:
            out.append(_decoded(held, charset))
            held = b""
            if count == 0 or between.strip():
                out.append(between)
        charset = name
        held += _word_bytes(match[2], match[3])
        position = match.end()
    out += [_decoded(held, charset), value[position:]]
    return clean_visible("".join(out).replace("\r", " ").replace("\n", " "))


def one_line(text: str, *, limit: int) -> str:
    """Returns text for a list or a title: no direction override, no zero width, single spaces, at most `limit` long."""
    return _SPACES.sub(" ", _BIDI.sub("", clean_visible(text))).strip()[:limit]


def plain_name(text: str, *, limit: int = 200) -> str:
    """Returns a person's or file's name without any invisible character (Unicode Cf and Cc)."""
    kept = "".join(char for char in text[: 4 * limit] if unicodedata.category(char) not in {"Cf", "Cc", "Cs", "Co"})
    return _SPACES.sub(" ", kept).strip()[:limit]


@dataclass(frozen=True, slots=True)
class Parameterised:
    """A value such as `text/plain`, in lower case, and its parameters by lower-case name."""

    value: str
    parameters: Mapping[str, str]
    malformed: bool = False


def parameterised(raw: bytes) -> Parameterised:
    """Reads `value; name=value` with quoted strings, RFC 2231 continuations and charsets, and encoded-words.

    The first of two parameters of one name wins. Encoded-words in a quoted value are forbidden (RFC 2047 § 5) and
    everywhere: they are decoded.
    """
    head, _, _ = raw.partition(b";")
    plain: dict[str, str] = {}
    sections: dict[str, dict[int, tuple[bytes, bool]]] = {}
    for count, match in enumerate(_PARAMETER.finditer(raw, len(head))):
        if count >= PARAMETERS_MAX:
            break
        data = _ESCAPED.sub(rb"\1", match[2]) if match[2] is not None else match[3].strip()
        split = _SECTION.fullmatch(text_of(match[1]).lower())
        if split is None:
            continue
        name, number, extended = split[1], split[2], bool(split[3])
        if number is None and not extended:
            plain.setdefault(name, decode_words(text_of(data)))
        else:
            sections.setdefault(name, {}).setdefault(int(number or 0), (data, extended))
    for name, found in sections.items():
        plain[name] = _continued(found)
    value = text_of(head).strip().lower()
    return Parameterised(value, plain, malformed=not value)


def message_ids(raw: bytes | None, *, limit: int = 200) -> Sequence[str]:
    """Returns the message ids of a header, each in its angle brackets, in order, without repetition.

    What stands inside the brackets is opaque (RFC 5322 § 3.6.4; Exchange writes brackets inside them).
    """
    if not raw:
        return ()
    text = text_of(raw)
    found = [f"<{match[1]}>" for match in _MESSAGE_ID.finditer(text)]
    if not found:
        found = [f"<{match[0]}>" for match in _LOOSE_ID.finditer(text[:2000])]
    return tuple(dict.fromkeys(found))[-limit:]


def date_of(raw: bytes | None) -> datetime | None:
    """Returns a Date header as an aware UTC instant, or None when it is no date: a sender's claim, nothing more."""
    if not raw:
        return None
    try:
        parsed = parsedate_tz(text_of(raw[:200]))
        if parsed is None:
            return None
        offset = parsed[9] or 0
        if abs(offset) > 24 * 3600:
            offset = 0
        local = datetime(*parsed[:6], tzinfo=timezone(timedelta(seconds=offset)))
        return local.astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def _word_bytes(encoding: str, payload: str) -> bytes:
    if encoding in "bB":
        symbols = _NOT_BASE64.sub("", payload)
        symbols = symbols[:-1] if len(symbols) % 4 == 1 else symbols
        return binascii.a2b_base64(symbols + "=" * (-len(symbols) % 4))
    spaced = payload.replace("_", " ").encode("utf-8", "replace")
    return _QUOTED.sub(lambda match: bytes.fromhex(match[1].decode()), spaced)


def _decoded(data: bytes, charset: str) -> str:
    return decode(data, declared=charset).text if data else ""


def _continued(found: Mapping[int, tuple[bytes, bool]]) -> str:
    """Joins the numbered sections of one parameter (RFC 2231 § 3 and 4)."""
    charset, pieces = "", []
    for number in sorted(found):
        data, extended = found[number]
        if number == 0 and extended and data.count(b"'") >= 2:
            announced, _, data = data.split(b"'", 2)
            charset = text_of(announced)
        pieces.append(_percent(data) if extended else data)
    return clean_visible(decode(b"".join(pieces), declared=charset or None).text)


def _percent(data: bytes) -> bytes:
    return _PERCENT.sub(lambda match: bytes.fromhex(match[1].decode()), data)


_PERCENT = re.compile(rb"%([0-9A-Fa-f]{2})")
