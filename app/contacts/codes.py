"""The code that proves an address: six digits, ten minutes, five tries, one use, three a day.

Whoever guesses has five tries in a million, three times a day. Only a keyed digest is kept, bound to its address: six
digits alone could be found again from a plain one. The figures are those of NIST SP 800-63B §5.1.3, and shorter.
"""

import re
import secrets
import unicodedata
from datetime import datetime, timedelta
from uuid import UUID

from app.contacts.values import Challenge
from app.ids import new_id
from app.sealing import KeyRing

DIGITS = 6
LASTS = timedelta(minutes=10)
TRIES = 5
A_DAY, MOST_A_DAY = timedelta(hours=24), 3
_PURPOSE = "proof-code"
_BETWEEN = re.compile(r"[\s.\-\u00a0\u202f\u2010-\u2015]+")
_NOBODY = UUID(int=0)


def drawn() -> str:
    """Returns a new code."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"


def typed(text: str) -> str | None:
    """Reads a code as a person writes it: in groups, in other digits; None for what is no code."""
    digits = "".join(str(unicodedata.decimal(one, one)) for one in _BETWEEN.sub("", text[:60]))
    return digits if re.fullmatch(rf"\d{{{DIGITS}}}", digits, re.ASCII) else None


def challenge(ring: KeyRing, tenant_id: UUID, point_id: UUID, code: str, *, at: datetime) -> Challenge:
    """Returns what is kept of a code just drawn."""
    made = new_id()
    mac = ring.sign(_message(tenant_id, point_id, made, code), purpose=_PURPOSE)
    return Challenge(id=made, point_id=point_id, mac=mac, sent_at=at, expires_at=at + LASTS, tries=0, answered_at=None)


def answers(ring: KeyRing, tenant_id: UUID, known: Challenge | None, given: str | None, *, at: datetime) -> bool:
    """Says whether that is the code; as long to say so when none was sent, when it is too late, and when it is wrong."""
    waits = known is not None and known.waits(at=at, tries=TRIES)
    point_id, made, mac = (known.point_id, known.id, known.mac) if known else (_NOBODY, _NOBODY, bytes(16))
    same = ring.signed(_message(tenant_id, point_id, made, given or ""), mac, purpose=_PURPOSE)
    return same and waits and given is not None


def _message(tenant_id: UUID, point_id: UUID, challenge_id: UUID, code: str) -> bytes:
    return f"{tenant_id}/{point_id}/{challenge_id}/{code}".encode()
