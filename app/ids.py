"""Identifiers: UUIDv7 inside, a prefixed base32 word outside (`tkt_01k…`), and human references with a check character."""

import os
import secrets
import struct
import threading
import time
from datetime import datetime
from enum import StrEnum
from uuid import UUID

_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
_VALUES = {c: i for i, c in enumerate(_CROCKFORD)}
# ISO 7064 MOD 37-2 is overkill for a desk; one letter of 23 catches every single error and every swap of neighbours.
_CHECK = "ABCDEFGHJKLMNPQRSTVWXYZ"


class Prefix(StrEnum):
    """The kind of thing an outside identifier names."""

    TENANT = "ten"
    CHANNEL = "chn"
    CONTACT = "ctc"
    CONVERSATION = "cnv"
    POINT = "pnt"
    TICKET = "tkt"
    MESSAGE = "msg"
    ATTACHMENT = "att"
    RECEPTION = "rcp"
    OUTBOUND = "out"
    SAISINE = "sai"
    LEGAL_EVENT = "lev"
    LETTER = "ltr"
    LETTERHEAD = "lth"
    EVENT = "evt"
    API_KEY = "key"
    ALERT = "alr"
    RECOMPUTATION = "rec"
    MOVE = "mov"
    PERSON_MERGE = "mrg"
    PROPOSAL = "prp"
    NOTICE = "ntc"
    FORM = "frm"
    TEAM = "tea"
    USER = "usr"
    ABSENCE = "abs"
    PASSKEY = "psk"
    WEBHOOK = "whk"
    WEBHOOK_DELIVERY = "whd"
    ELIMINATION_LIST = "elm"
    LEGAL_HOLD = "hld"
    ACCESS_EXPORT = "exp"
    ERASURE = "ers"
    EXPORT = "tex"
    CLOSURE = "clo"
    GRANT = "grt"
    IMPORT = "imp"
    IMPORT_REFUSAL = "irf"
    TAG = "tag"
    LINK = "lnk"
    VIEW = "vue"
    BULK = "blk"
    CANNED_REPLY = "can"
    MACRO = "mac"
    NOTIFICATION = "ntf"
    SATISFACTION = "sat"
    AUTOMATION = "aut"
    AUTOMATION_RUN = "aur"
    CUSTOM_FIELD = "fld"


class IdError(ValueError):
    """The text is not an identifier of the expected kind."""


_lock = threading.Lock()
_last = 0
# Asked of the system a page at a time, for a batch of messages makes hundreds of identifiers; a forked child asks anew.
_PAGE = struct.Struct("512Q")
_drawn: list[int] = []
os.register_at_fork(after_in_child=_drawn.clear)


def new_id() -> UUID:
    """Returns a UUIDv7 (RFC 9562 §5.7), strictly increasing within this process."""
    global _last  # noqa: PLW0603 — monotonicity is a property of the process
    with _lock:
        # 48 bits of milliseconds and 12 of sub-millisecond order (RFC 9562 §6.2, method 3).
        stamp = max(time.time_ns() * 4096 // 1_000_000, _last + 1)
        _last = stamp
        if not _drawn:
            _drawn.extend(_PAGE.unpack(os.urandom(_PAGE.size)))
        random = _drawn.pop() & ((1 << 62) - 1)
    milliseconds, fraction = stamp >> 12, stamp & 0xFFF
    return UUID(int=(milliseconds << 80) | (0x7 << 76) | (fraction << 64) | (0x2 << 62) | random)


def first_id_at(instant: datetime) -> UUID:
    """Returns what no identifier made since `instant` (aware) precedes: by it a range of them is one of time."""
    return UUID(int=int(instant.timestamp() * 1000) << 80)


def public_id(prefix: Prefix, value: UUID) -> str:
    """Writes an identifier for the outside: prefix, underscore, 26 characters of Crockford base32."""
    number, letters = value.int, []
    for _ in range(26):
        letters.append(_CROCKFORD[number & 31])
        number >>= 5
    return f"{prefix}_{''.join(reversed(letters))}"


def parse_id(prefix: Prefix, text: str) -> UUID:
    """Reads an outside identifier. Raises `IdError` when it is malformed or of another kind."""
    kind, _, word = text.partition("_")
    if kind != prefix or len(word) != 26 or any(c not in _VALUES for c in word) or _VALUES[word[0]] > 7:
        raise IdError(f"not an identifier of kind {prefix.value!r}")
    number = 0
    for c in word:
        number = number * 32 + _VALUES[c]
    return UUID(int=number)


def new_secret(prefix: str, *, bits: int = 256) -> str:
    """Returns a random secret with a prefix that secret scanners can recognise."""
    return f"{prefix}_{secrets.token_urlsafe(bits // 8)}"


def human_reference(year: int, number: int) -> str:
    """Writes a ticket's reference for people (`26-000123-K`): year, number, check character. Never an authority."""
    digits = f"{year % 100:02d}{number:06d}"
    return f"{digits[:2]}-{digits[2:]}-{_check_character(digits)}"


def is_reference(text: str) -> bool:
    """Says whether the text is a well-formed reference whose check character is right."""
    parts = text.strip().upper().split("-")
    return (
        len(parts) == 3
        and len(parts[0]) == 2
        and len(parts[1]) >= 6
        and (parts[0] + parts[1]).isdecimal()
        and (parts[0] + parts[1]).isascii()
        and parts[2] == _check_character(parts[0] + parts[1])
    )


def _check_character(digits: str) -> str:
    # Weights are powers of 2 modulo the prime 23: distinct for eleven places, so a swap always shows.
    return _CHECK[sum(int(d) * pow(2, i, 23) for i, d in enumerate(reversed(digits))) % 23]
