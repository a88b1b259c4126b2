"""`X-Twilio-Signature`: HMAC-SHA1 of the public URL and, for a form, of its sorted fields.

Source: twilio.com/docs/usage/webhooks/webhooks-security. A JSON body is not signed itself: its SHA-256 stands in the
signed URL. Twilio signs `http` and `https` URLs sometimes with the port and sometimes without, so both are tried.
"""

from collections.abc import Sequence
from urllib.parse import urlsplit

from pydantic import SecretStr

from app.channels.contract import Delivery, Verdict
from app.channels.errors import Unreadable
from app.channels.kit.forms import Pairs, query, urlencoded
from app.channels.kit.signatures import UNSIGNED, any_secret, hmac_base64, refused, same, sha256_hex
from app.channels.kit.signatures import VERIFIED as ACCEPTED

_PORTS = {"http": 80, "https": 443}


def verify(delivery: Delivery, secrets: Sequence[SecretStr]) -> Verdict:
    """Judges the signature with any of the account's tokens in force."""
    if not secrets:
        return UNSIGNED
    given = delivery.header("X-Twilio-Signature")
    if not given:
        return refused("the X-Twilio-Signature header is missing")
    try:
        hashes = [value for name, value in query(delivery.url) if name == "bodySHA256"]
        fields = _canonical(_fields(delivery, signed_by_hash=bool(hashes)))
    except Unreadable as error:
        return refused(str(error))
    if hashes and not same(hashes[-1].lower(), sha256_hex(delivery.body)):
        return refused("bodySHA256 is not the hash of the body")
    urls = _both_ways(delivery.url)

    def holds(key: bytes) -> bool:
        messages = [(url + fields).encode("utf-8", "replace") for url in urls]
        return sum(same(given, hmac_base64(key, message, algorithm="sha1")) for message in messages) > 0

    return ACCEPTED if any_secret(secrets, holds) else refused("the X-Twilio-Signature does not match")


def _fields(delivery: Delivery, *, signed_by_hash: bool) -> Pairs:
    if signed_by_hash or delivery.method.upper() == "GET":
        return []
    content_type = (delivery.header("Content-Type") or "").lower()
    # Any other body would go unsigned: only a form (or a hash in the URL) vouches for what it says.
    if delivery.body and "json" in content_type:
        raise Unreadable("a JSON body without bodySHA256 is not signed")
    return urlencoded(delivery.body)


def _canonical(fields: Pairs) -> str:
    # Repeated values of one name are signed once each, sorted.
    return "".join(name + value for name, value in sorted(set(fields)))


def _both_ways(url: str) -> Sequence[str]:
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
    except ValueError:
        return [url]
    if host is None or parts.scheme not in _PORTS:
        return [url]
    bare = parts.netloc.removesuffix(f":{port}") if port else parts.netloc
    without = parts._replace(netloc=bare).geturl()
    with_port = parts._replace(netloc=f"{bare}:{port or _PORTS[parts.scheme]}").geturl()
    return list(dict.fromkeys([url, without, with_port]))
