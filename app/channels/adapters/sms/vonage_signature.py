"""The two ways Vonage signs: `sig` among the parameters (SMS API), a JWT in `Authorization` (Messages API).

Sources: developer.vonage.com/en/getting-started/concepts/signing-messages, /concepts/webhooks. In `sig`, the parameters
stand sorted as `&name=value`, with every `&` and `=` of a value replaced by `_`.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import SecretStr

from app.channels.contract import Delivery, Verdict
from app.channels.errors import Unreadable
from app.channels.kit.forms import query, urlencoded
from app.channels.kit.json import load_provider, number, text
from app.channels.kit.signatures import (
    UNSIGNED,
    VERIFIED,
    any_secret,
    fresh,
    hmac_hex,
    jwt_hs256,
    jwt_in_force,
    refused,
    same,
    sha256_hex,
)

# The length of a hexadecimal signature tells its method; none of them can be made without the secret.
_METHODS = {32: ("md5", "md5hash"), 40: ("sha1",), 64: ("sha256",), 128: ("sha512",)}


def verify(
    delivery: Delivery, secrets: Sequence[SecretStr], *, method: str, now: datetime, tolerance_s: int | None
) -> Verdict:
    """Judges a delivery by the signature it carries; with a secret configured, one must be there."""
    if not secrets:
        return UNSIGNED
    scheme, _, token = (delivery.header("Authorization") or "").partition(" ")
    if scheme.lower() == "bearer":
        return _jwt(delivery, token.strip(), secrets, now=now, tolerance_s=tolerance_s)
    try:
        values = dict(_values(delivery))
    except Unreadable as error:
        return refused(str(error))
    given = values.pop("sig", "").lower()
    if not given:
        return refused("neither a sig nor a bearer token")
    if not fresh(number(values.get("timestamp")), now=now, tolerance_s=tolerance_s):
        return refused(f"the timestamp is more than {tolerance_s} s from now")
    methods = _METHODS.get(len(given), ()) if method == "auto" else (method,)
    canonical = "".join(f"&{name}={_flat(value)}" for name, value in sorted(values.items())).encode("utf-8", "replace")

    def holds(key: bytes) -> bool:
        return sum(same(given, _signature(key, canonical, one)) for one in methods) > 0

    return VERIFIED if any_secret(secrets, holds) else refused("the sig does not match")


def _jwt(
    delivery: Delivery, token: str, secrets: Sequence[SecretStr], *, now: datetime, tolerance_s: int | None
) -> Verdict:
    claims = jwt_hs256(token, secrets)
    if claims is None:
        return refused("the bearer token is not signed with the signature secret")
    issued = number(claims, "iat")
    stale = issued is not None and not fresh(issued, now=now, tolerance_s=tolerance_s)
    if stale or not jwt_in_force(claims, now=now, tolerance_s=tolerance_s):
        return refused("the bearer token is not of this moment")
    hashed = text(claims, "payload_hash")
    if hashed is not None and not same(hashed.lower(), sha256_hex(delivery.body)):
        return refused("payload_hash is not the hash of the body")
    return VERIFIED


def _values(delivery: Delivery) -> Mapping[str, str]:
    values = dict(query(delivery.url))
    if "json" in (delivery.header("Content-Type") or "").lower():
        body = load_provider(delivery.body)
        flat = {name: text(value) or "" for name, value in body.items()} if isinstance(body, dict) else {}
        return {**values, **flat}
    return {**values, **dict(urlencoded(delivery.body))}


def _flat(value: str) -> str:
    return value.replace("&", "_").replace("=", "_")


def _signature(key: bytes, canonical: bytes, method: str) -> str:
    if method == "md5hash":  # the oldest method: a hash with the secret at its end
        return hashlib.md5(canonical + key, usedforsecurity=False).hexdigest()
    return hmac_hex(key, canonical, algorithm=method)
