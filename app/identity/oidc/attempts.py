"""What a browser carries between our page and the provider's: sealed, ten minutes, good once."""

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from app.errors import Misconfigured
from app.identity.oidc.troubles import NotLetIn, Trouble
from app.sealing import KeyRing

LASTS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One sign-in under way. `verifier` is PKCE's (RFC 7636); `invitation` the word of a link being accepted.

    `again` asks the provider to see its user anew, whatever session it holds: a fresh proof.
    """

    state: str
    nonce: str
    verifier: str
    town: str
    suite: str
    invitation: str
    begun_at: float
    again: bool = False

    @property
    def challenge(self) -> str:
        """RFC 7636 §4.2, method S256."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    @property
    def digest(self) -> str:
        """What the register remembers, so that an attempt is good once."""
        return hashlib.sha256(self.state.encode()).hexdigest()

    def check_state(self, given: str) -> None:
        """Raises `NotLetIn` when the answer is not that of this attempt."""
        if not hmac.compare_digest(given.encode("utf-8", "surrogatepass"), self.state.encode()):
            raise NotLetIn(Trouble.EXPIRED, why="state")


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeAwaited:
    """The provider vouched for a person whose role asks for more: their own code is awaited."""

    tenant: str
    user: str
    state: str
    suite: str
    hint: str
    begun_at: float

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.state.encode()).hexdigest()


def begun(*, town: str, suite: str, invitation: str, now: datetime, again: bool = False) -> Attempt:
    """Begins an attempt: three words of 256 random bits, 43 characters each."""
    return Attempt(
        state=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(32),
        town=town,
        suite=suite,
        invitation=invitation,
        begun_at=now.timestamp(),
        again=again,
    )


def sealed(carried: Attempt | CodeAwaited, ring: KeyRing) -> str:
    """Writes what the cookie holds: nobody reads it, nor changes it."""
    plain = json.dumps(asdict(carried)).encode()
    return base64.urlsafe_b64encode(ring.seal(plain, bound_to=_bound(type(carried)))).decode().rstrip("=")


def opened_attempt(cookie: str | None, ring: KeyRing, *, now: datetime) -> Attempt:
    """Raises `NotLetIn` for a cookie that is missing, not ours, or too old."""
    found = Attempt(**_opened(cookie, ring, _bound(Attempt)))
    _check_age(found.begun_at, now)
    return found


def opened_code(cookie: str | None, ring: KeyRing, *, now: datetime) -> CodeAwaited:
    """Raises `NotLetIn` as `opened_attempt` does."""
    found = CodeAwaited(**_opened(cookie, ring, _bound(CodeAwaited)))
    _check_age(found.begun_at, now)
    return found


def _opened(cookie: str | None, ring: KeyRing, bound_to: str) -> dict[str, Any]:
    try:
        raw = base64.urlsafe_b64decode((cookie or "") + "=" * (-len(cookie or "") % 4))
        found = json.loads(ring.open(raw, bound_to=bound_to))
    except (ValueError, binascii.Error, Misconfigured):
        raise NotLetIn(Trouble.EXPIRED, why="cookie") from None
    assert isinstance(found, dict)  # sealed by us
    return found


def _check_age(begun_at: float, now: datetime) -> None:
    age = now.timestamp() - begun_at
    if not 0 <= age < LASTS.total_seconds():
        raise NotLetIn(Trouble.EXPIRED, why="age")


def _bound(kind: type[Attempt | CodeAwaited]) -> str:
    return f"sign-in/{kind.__name__}"
