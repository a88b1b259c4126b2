"""The signed word of a form: when its page was shown, for which submission. It is evidence, never a gate.

A form without it, or filled in faster than a person can, is kept like any other and held for a person to look at: a
refusal could start a legal deadline nobody sees.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from app.forms.doubts import Doubt
from app.sealing import KeyRing

_PURPOSE = "form"
FASTEST = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class FormToken:
    """What a page carries: the submission's own name, sent twice by a double click, and the signed word."""

    submission_id: str
    word: str


def issue(ring: KeyRing, channel_id: UUID, *, now: datetime) -> FormToken:
    submission_id, stamp = str(UUID(bytes=secrets.token_bytes(16), version=4)), str(int(now.timestamp()))
    mac = ring.sign(_signed(channel_id, submission_id, stamp), purpose=_PURPOSE)
    return FormToken(submission_id, f"{stamp}.{mac.hex()}")


def doubt(ring: KeyRing, channel_id: UUID, token: FormToken, *, now: datetime) -> Doubt | None:
    """Says why a person should look at a submission before it is read, or None."""
    stamp, _, mac = token.word.partition(".")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 12):
        return Doubt.NO_PAGE
    if not _holds(ring, _signed(channel_id, token.submission_id, stamp), mac):
        return Doubt.FOREIGN_PAGE
    if now - datetime.fromtimestamp(int(stamp), tz=UTC) < FASTEST:
        return Doubt.TOO_FAST
    return None


def _holds(ring: KeyRing, message: bytes, mac: str) -> bool:
    try:
        return ring.signed(message, bytes.fromhex(mac), purpose=_PURPOSE)
    except ValueError:
        return False


def _signed(channel_id: UUID, submission_id: str, stamp: str) -> bytes:
    return f"{channel_id}|{submission_id}|{stamp}".encode("utf-8", "replace")
