"""Sessions of agents: a signed, expiring word that names a key. The key itself is looked at again each time.

There is no table of sessions yet: revoking the key, or letting ten hours pass, ends them; signing out forgets the cookie.
"""

import base64
import binascii
import secrets
import struct
from datetime import UTC, datetime, timedelta
from uuid import UUID

from app.clock import Clock
from app.errors import Unauthenticated
from app.identity.service import Identified
from app.sealing import KeyRing

LASTS = timedelta(hours=10)
_PURPOSE = "session"
_PREFIX = "parvis_s_"
# Tenant, key, expiry in seconds, and a nonce so that two sessions of one key never have the same word.
_SHAPE = struct.Struct(">16s16sQ16s")
_MAC_BYTES = 16


class Sessions:
    """Opens and reads sessions; every refusal is in the same words."""

    def __init__(self, ring: KeyRing, clock: Clock) -> None:
        self._ring, self._clock = ring, clock

    def open(self, known: Identified) -> str:
        """Returns the word the browser will keep; it opens nothing but our own pages."""
        until = int((self._clock() + LASTS).timestamp())
        said = _SHAPE.pack(known.tenant_id.bytes, known.key_id.bytes, until, secrets.token_bytes(16))
        mac = self._ring.sign(said, purpose=_PURPOSE)
        return _PREFIX + base64.urlsafe_b64encode(said + mac).decode().rstrip("=")

    def read(self, token: str) -> tuple[UUID, UUID]:
        """Returns (tenant, key). Raises `Unauthenticated` when the word is not ours or its time is over."""
        whole = _decoded(token)
        said, mac = whole[: _SHAPE.size], whole[_SHAPE.size :]
        if len(mac) != _MAC_BYTES or not self._ring.signed(said, mac, purpose=_PURPOSE):
            raise Unauthenticated("sign in again: this session is not valid any more")
        tenant, key, until, _ = _SHAPE.unpack(said)
        if datetime.fromtimestamp(until, tz=UTC) <= self._clock():
            raise Unauthenticated("sign in again: this session is not valid any more")
        return UUID(bytes=tenant), UUID(bytes=key)


def _decoded(token: str) -> bytes:
    word = token.removeprefix(_PREFIX)
    if word == token or len(word) > 200 or not word.isascii():
        return b""
    try:
        return base64.b64decode(word + "=" * (-len(word) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""
