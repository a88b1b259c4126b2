"""The secret end of a question's link: whose, which, and our signature; the question's own row says when it ends."""

import base64
import binascii
from uuid import UUID

from app.errors import NotFound
from app.sealing import KeyRing

PATH = "/avis"
LENGTH = 64
# As many signs as the word has, of the alphabet every SMS has: what agents read is as long as what leaves.
MASKED = "*" * LENGTH
_PURPOSE = "satisfaction"


def written(ring: KeyRing, tenant_id: UUID, question_id: UUID) -> str:
    """Returns the word that opens one question."""
    named = tenant_id.bytes + question_id.bytes
    return base64.urlsafe_b64encode(named + ring.sign(named, purpose=_PURPOSE)).decode()


def read(ring: KeyRing, word: str) -> tuple[UUID, UUID]:
    """Returns the administration and the question of a word. Raises `NotFound` when it is not ours."""
    try:
        held = base64.urlsafe_b64decode(word[:LENGTH])
    except (binascii.Error, ValueError):
        raise NotFound from None
    named, mac = held[:32], held[32:]
    if len(held) != 48 or not ring.signed(named, mac, purpose=_PURPOSE):
        raise NotFound
    return UUID(bytes=named[:16]), UUID(bytes=named[16:])
