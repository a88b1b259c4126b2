"""Standard Webhooks, both ways: the signature of our generic door and of what leaves by it.

Signed content is `id.timestamp.body`. `v1` is HMAC-SHA256 with a `whsec_` secret, `v1a` Ed25519 with a `whpk_` key; one
header may carry several signatures while a secret is rotated. Source: Standard Webhooks specification 1.0.
"""

import base64
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import SecretStr

from app.channels.contract import Delivery, Verdict
from app.channels.kit.signatures import UNSIGNED, VERIFIED, fresh, refused, same, unpadded

TOLERANCE_S = 300


def verify(
    delivery: Delivery, secrets: Sequence[SecretStr], *, now: datetime, tolerance_s: int | None = TOLERANCE_S
) -> Verdict:
    """Judges the three `webhook-*` headers against the raw body, with any of the secrets in force."""
    if not secrets:
        return UNSIGNED
    identifier, stamp = delivery.header("webhook-id"), delivery.header("webhook-timestamp")
    signatures = delivery.header("webhook-signature")
    if not identifier or not stamp or not signatures:
        return refused("a webhook-id, webhook-timestamp or webhook-signature header is missing")
    if "." in identifier:
        return refused("a webhook-id may not hold a dot: it separates what is signed")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 12):
        return refused("the webhook-timestamp is not a number of seconds")
    if not fresh(float(stamp), now=now, tolerance_s=tolerance_s):
        return refused(f"the webhook-timestamp is more than {tolerance_s} s from now")
    content = b".".join((identifier.encode("utf-8", "surrogatepass"), stamp.encode(), delivery.body))
    given = [tuple(word.partition(",")[::2]) for word in signatures.split()[:20]]
    held = sum(_holds(secret.get_secret_value(), content, given) for secret in secrets) > 0
    return VERIFIED if held else refused("the webhook-signature does not match")


def signed_headers(*, identifier: str, at: datetime, body: bytes, secrets: Sequence[SecretStr]) -> Mapping[str, str]:
    """Returns the headers of an outgoing webhook, with one `v1` signature for every secret in force."""
    stamp = str(int(at.timestamp()))
    content = b".".join((identifier.encode(), stamp.encode(), body))
    values = [f"v1,{_v1(secret.get_secret_value(), content)}" for secret in secrets]
    return {"webhook-id": identifier, "webhook-timestamp": stamp, "webhook-signature": " ".join(values)}


def _holds(secret: str, content: bytes, given: Sequence[tuple[str, ...]]) -> bool:
    if secret.startswith("whpk_"):
        return any(version == "v1a" and _ed25519(secret, value, content) for version, value in given)
    try:
        expected = _v1(secret, content)
    except ValueError:
        return False
    return sum(version == "v1" and same(value, expected) for version, value in given) > 0


def _v1(secret: str, content: bytes) -> str:
    # Some senders drop the prefix or the padding of the secret; both are read.
    key = unpadded(secret.removeprefix("whsec_"))
    return base64.b64encode(hmac.new(key, content, "sha256").digest()).decode()


def _ed25519(secret: str, value: str, content: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature  # slow to import, and few channels sign so
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(unpadded(secret.removeprefix("whpk_"))).verify(unpadded(value), content)
    except (InvalidSignature, ValueError):
        return False
    return True
