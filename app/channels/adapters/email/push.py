"""The HTTP push of a mail relay: a bearer JWT, HS256, bound to the body by its hash."""

import binascii
import hashlib
import hmac
import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from datetime import datetime

from pydantic import SecretStr

from app.channels.contract import Delivery, Verdict

_DOORS = frozenset({"imap", "smtp", "lmtp", "cli"})
_TOKEN_MAX = 8_192
_LEEWAY_S = 60


def verify_push(delivery: Delivery, secret: SecretStr | None, *, now: datetime) -> Verdict:
    """Judges a pushed mail; None where nothing is signed: no secret set, or a door of our own.

    The algorithm is ours to choose: a token that names another is refused (RFC 8725 § 3.1). The signature is compared
    in constant time, before anything the token says is read.
    """
    if secret is None or delivery.envelope.get("door") in _DOORS:
        return Verdict(None)
    values = delivery.header_values("authorization")
    if len(values) != 1 or not values[0].startswith("Bearer "):
        return Verdict(verified=False, refused="jeton absent")
    claims = _claims(values[0].removeprefix("Bearer ").strip(), secret.get_secret_value().encode())
    if claims is None:
        return Verdict(verified=False, refused="jeton ou signature invalide")
    expires = claims.get("exp")
    if isinstance(expires, bool) or not isinstance(expires, int | float) or expires + _LEEWAY_S < now.timestamp():
        return Verdict(verified=False, refused="jeton expiré ou sans terme")
    announced = claims.get("body_hash")
    actual = hashlib.sha256(delivery.body).hexdigest()
    if not isinstance(announced, str) or not hmac.compare_digest(announced.encode(), actual.encode()):
        return Verdict(verified=False, refused="le corps ne correspond pas au jeton")
    return Verdict(verified=True)


def pushed_recipients(delivery: Delivery) -> list[str]:
    """Returns the envelope recipients a pushed mail's token carries; to be read after `verify_push` only."""
    for value in delivery.header_values("authorization"):
        parts = value.removeprefix("Bearer ").strip().split(".")
        claims = _object(parts[1]) if len(parts) == 3 and len(value) <= _TOKEN_MAX else None
        found = claims.get("original_recipients") if claims else None
        if isinstance(found, list):
            return [item for item in found[:1_000] if isinstance(item, str)]
    return []


def _claims(token: str, secret: bytes) -> Mapping[str, object] | None:
    parts = token.split(".")
    if len(token) > _TOKEN_MAX or len(parts) != 3:
        return None
    header, payload, signature = parts
    expected = hmac.new(secret, f"{header}.{payload}".encode(), hashlib.sha256).digest()
    given = _bytes(signature)
    if given is None or not hmac.compare_digest(given, expected):
        return None
    announced = _object(header)
    return _object(payload) if announced and announced.get("alg") == "HS256" else None


def _object(segment: str) -> Mapping[str, object] | None:
    data = _bytes(segment)
    try:
        value = json.loads(data) if data else None
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _bytes(segment: str) -> bytes | None:
    """Decodes base64url without padding, and nothing looser (RFC 7515 § 2)."""
    if not segment.isascii() or not segment.replace("-", "A").replace("_", "A").isalnum():
        return None
    try:
        return urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
    except (binascii.Error, ValueError):
        return None
