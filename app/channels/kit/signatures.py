"""Signatures over the bytes received, compared in constant time; several secrets may be valid at once (rotation)."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Self
from urllib.parse import parse_qsl, urlsplit

from pydantic import SecretStr, model_validator

from app.channels.contract import ChannelConfig, Delivery, Verdict
from app.channels.errors import Unreadable
from app.channels.kit.json import load_provider, number

UNSIGNED = Verdict(None)
VERIFIED = Verdict(True)


class SignedConfig(ChannelConfig):
    """Configuration of a channel whose provider signs: without a secret it must say that it takes anybody's word."""

    accept_unsigned: bool = False

    def signing_secrets(self) -> Sequence[SecretStr]:
        """Returns the secrets in force, the newest first."""
        raise NotImplementedError

    @model_validator(mode="after")
    def _says_when_it_trusts_anybody(self) -> Self:
        if not self.accept_unsigned and not self.signing_secrets():
            raise ValueError("give the provider's secret, or accept_unsigned to take unsigned deliveries knowingly")
        return self


def in_force(*secrets: SecretStr | None) -> Sequence[SecretStr]:
    """Returns the secrets that are set: the present one, and the previous one while it is being replaced."""
    return [secret for secret in secrets if secret is not None and secret.get_secret_value()]


def refused(reason: str) -> Verdict:
    return Verdict(False, reason)


def same(left: str | bytes, right: str | bytes) -> bool:
    """Compares in constant time; text outside ASCII compares by its UTF-8 bytes."""
    one = left.encode("utf-8", "surrogatepass") if isinstance(left, str) else left
    other = right.encode("utf-8", "surrogatepass") if isinstance(right, str) else right
    return hmac.compare_digest(one, other)


def any_secret(secrets: Iterable[SecretStr], holds: Callable[[bytes], bool]) -> bool:
    """Says whether one of the secrets holds; all are tried, so that time does not tell which."""
    return sum(holds(secret.get_secret_value().encode()) for secret in secrets) > 0


def judged(secrets: Sequence[SecretStr], holds: Callable[[bytes], bool], *, what: str) -> Verdict:
    """Returns the verdict on one signature: unsigned without secrets, else held by one of them or refused."""
    if not secrets:
        return UNSIGNED
    return VERIFIED if any_secret(secrets, holds) else refused(f"{what} does not match")


def hmac_hex(key: bytes, message: bytes, *, algorithm: str = "sha256") -> str:
    return hmac.new(key, message, algorithm).hexdigest()


def hmac_base64(key: bytes, message: bytes, *, algorithm: str = "sha256") -> str:
    return base64.b64encode(hmac.new(key, message, algorithm).digest()).decode()


def fresh(claimed: float | None, *, now: datetime, tolerance_s: int | None) -> bool:
    """Says whether a signed timestamp (seconds) is near enough; a tolerance of None judges no freshness (replays)."""
    return tolerance_s is None or (claimed is not None and abs(now.timestamp() - claimed) <= tolerance_s)


def shared_secret(delivery: Delivery, secrets: Sequence[SecretStr]) -> Verdict:
    """Judges a delivery of a provider that signs nothing but repeats a secret we gave it.

    It may stand as the password of HTTP Basic, as a bearer token, in `X-Parvis-Token`, or as `?token=` in the URL.
    """
    given = list(_given(delivery))
    return judged(secrets, lambda key: sum(same(key, candidate) for candidate in given) > 0, what="the shared secret")


def jwt_hs256(token: str, secrets: Sequence[SecretStr]) -> Mapping[str, object] | None:
    """Returns the claims of a JWT signed with HMAC-SHA256 (RFC 7515, RFC 7518 §3.2), or None when no secret holds.

    Only `HS256` is believed, whatever the header says. Times are the caller's to judge: it knows the clock.
    """
    try:
        signed, _, signature = token.rpartition(".")
        head, _, body = signed.partition(".")
        claims, header, given = load_provider(unpadded(body)), load_provider(unpadded(head)), unpadded(signature)
    except (Unreadable, ValueError):
        return None
    if not isinstance(claims, dict) or not isinstance(header, dict) or header.get("alg") != "HS256":
        return None
    message = signed.encode("ascii", "replace")
    held = any_secret(secrets, lambda key: same(hmac.new(key, message, "sha256").digest(), given))
    return claims if held else None


def jwt_in_force(claims: Mapping[str, object], *, now: datetime, tolerance_s: int | None) -> bool:
    """Says whether `exp` and `nbf` allow the token now (RFC 7519 §4.1.4, §4.1.5)."""
    if tolerance_s is None:
        return True
    instant, expires, begins = now.timestamp(), number(claims, "exp"), number(claims, "nbf")
    return (expires is None or instant < expires + tolerance_s) and (begins is None or instant > begins - tolerance_s)


def unpadded(text: str) -> bytes:
    """Decodes base64 or base64url, padded or not. Raises ValueError when it is neither."""
    plain = text.strip().rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise ValueError("not base64") from None


def sha256_hex(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _given(delivery: Delivery) -> Iterable[str]:
    for value in delivery.header_values("Authorization"):
        scheme, _, credentials = value.partition(" ")
        if scheme.lower() == "bearer":
            yield credentials.strip()
        elif scheme.lower() == "basic":
            try:
                yield unpadded(credentials).decode("utf-8", "replace").partition(":")[2]
            except ValueError:
                continue
    yield from delivery.header_values("X-Parvis-Token")
    try:
        query = parse_qsl(urlsplit(delivery.url).query)
    except ValueError:
        return
    yield from (value for name, value in query if name in {"token", "access_token"})
