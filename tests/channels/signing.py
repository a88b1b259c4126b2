"""The providers' signatures, written from their documentation and not from our adapters."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def document(
    body: bytes | str = b"",
    *,
    method: str = "POST",
    url: str = "https://ville.example.fr/hooks/c/k",
    headers: Mapping[str, str] | None = None,
    secret: str | None = None,
    now: datetime | None = NOON,
) -> dict[str, Any]:
    """A delivery file; the body always travels in base64, so that any byte can."""
    raw = body.encode() if isinstance(body, str) else body
    return {
        "method": method,
        "url": url,
        "headers": dict(headers or {}),
        "body": base64.b64encode(raw).decode(),
        "body_encoding": "base64",
        "secret": secret,
        "now": now.isoformat() if now else None,
    }


def form(pairs: Mapping[str, str] | Sequence[tuple[str, str]]) -> str:
    return urlencode(pairs)


def meta(payload: object, *, secret: str = "app-secret-of-tests", raw: str | None = None) -> dict[str, Any]:
    # Meta escapes every character outside ASCII, and signs those bytes.
    body = raw if raw is not None else json.dumps(payload, separators=(",", ":"))
    signature = hmac.new(secret.encode(), body.encode(), hashlib.sha256).hexdigest()
    headers = {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={signature}"}
    return document(body, headers=headers, secret=secret)


def twilio(
    pairs: Mapping[str, str], *, token: str = "token-of-tests", url: str = "https://ville.example.fr/hooks/sms.twilio/k"
) -> dict[str, Any]:
    signed = url + "".join(key + pairs[key] for key in sorted(pairs))
    signature = base64.b64encode(hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()).decode()
    headers = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8", "X-Twilio-Signature": signature}
    return document(form(pairs), url=url, headers=headers, secret=token)


def standard_webhook(
    body: bytes | str,
    *,
    key: bytes = b"0123456789abcdef0123456789abcdef",
    identifier: str = "msg_2026",
    at: datetime = NOON,
    content_type: str = "application/json",
    headers: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    raw = body.encode() if isinstance(body, str) else body
    stamp = int(at.timestamp())
    mac = hmac.new(key, f"{identifier}.{stamp}.".encode() + raw, hashlib.sha256).digest()
    signed = {
        "Content-Type": content_type,
        "webhook-id": identifier,
        "webhook-timestamp": str(stamp),
        "webhook-signature": "v1," + base64.b64encode(mac).decode(),
    }
    secret = "whsec_" + base64.b64encode(key).decode()
    return document(raw, headers={**signed, **(headers or {})}, secret=secret)


def vonage(pairs: Mapping[str, str], *, secret: str = "signature-of-tests", method: str = "sha256") -> dict[str, Any]:
    stamped = {**pairs, "timestamp": str(int(NOON.timestamp()))}
    canonical = ""
    for key in sorted(stamped):
        canonical += "&" + key + "=" + stamped[key].replace("&", "_").replace("=", "_")
    if method == "md5hash":
        stamped["sig"] = hashlib.md5((canonical + secret).encode()).hexdigest()
    else:
        stamped["sig"] = hmac.new(secret.encode(), canonical.encode(), method).hexdigest()
    return document(form(stamped), headers={"Content-Type": "application/x-www-form-urlencoded"}, secret=secret)


def jwt(claims: Mapping[str, object], *, secret: str, algorithm: str = "HS256") -> str:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    signed = part({"alg": algorithm, "typ": "JWT"}) + "." + part(dict(claims))
    mac = hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest()
    return signed + "." + base64.urlsafe_b64encode(mac).rstrip(b"=").decode()


def x(payload: object, *, secret: str = "consumer-of-tests") -> dict[str, Any]:
    body = json.dumps(payload)
    mac = base64.b64encode(hmac.new(secret.encode(), body.encode(), hashlib.sha256).digest()).decode()
    return document(body, headers={"x-twitter-webhooks-signature": f"sha256={mac}"}, secret=secret)


def telegram(payload: object, *, secret: str = "secret_of-tests") -> dict[str, Any]:
    headers = {"Content-Type": "application/json", "X-Telegram-Bot-Api-Secret-Token": secret}
    return document(json.dumps(payload), headers=headers, secret=secret)


def mailgun_fields(*, key: str = "key-of-tests", token: str = "t" * 50, at: datetime = NOON) -> dict[str, str]:
    stamp = str(int(at.timestamp()))
    mac = hmac.new(key.encode(), (stamp + token).encode(), hashlib.sha256).hexdigest()
    return {"timestamp": stamp, "token": token, "signature": mac}


def basic(body: object, *, secret: str = "password-of-tests") -> dict[str, Any]:
    """A delivery of a provider that signs nothing, with HTTP Basic credentials in the webhook's address."""
    credentials = base64.b64encode(f"parvis:{secret}".encode()).decode()
    raw = body if isinstance(body, str | bytes) else json.dumps(body)
    content_type = "application/json" if not isinstance(body, str) else "application/x-www-form-urlencoded"
    return document(raw, headers={"Content-Type": content_type, "Authorization": f"Basic {credentials}"}, secret=secret)
