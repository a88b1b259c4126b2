"""Amazon SNS: the envelope in which SES speaks, and its signature.

Source: docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html. The certificate is given by configuration:
verification asks the network nothing. A valid signature only says that Amazon signed; anybody may own a topic, so the
topics we listen to are named.
"""

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from app.channels.contract import Delivery, Verdict
from app.channels.errors import Unreadable
from app.channels.kit.json import load_provider, text
from app.channels.kit.signatures import UNSIGNED, VERIFIED, refused

MAX_BYTES = 1 << 20  # SNS carries at most 256 kB
_HOST = re.compile(r"sns\.[a-zA-Z0-9-]{3,}\.amazonaws\.com(?:\.cn)?", re.ASCII)
_NOTIFICATION = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
_CONFIRMATION = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")


def verify(delivery: Delivery, *, certificates: Sequence[str], topics: Sequence[str]) -> Verdict:
    """Judges the signature (version 1: SHA-1, version 2: SHA-256), the topic, and the two headers."""
    if not certificates:
        return UNSIGNED
    try:
        document = read(delivery)
    except Unreadable as error:
        return refused(str(error))
    if topics and text(document, "TopicArn") not in topics:
        return refused("the topic is not one of ours")
    if not is_amazon(text(document, "SigningCertURL"), suffix=".pem"):
        return refused("the certificate's address is not Amazon's")
    for header, name in (("x-amz-sns-message-type", "Type"), ("x-amz-sns-message-id", "MessageId")):
        said = delivery.header(header)
        if said is not None and said != text(document, name):
            return refused(f"the {header} header and the body disagree")
    return VERIFIED if _signed(document, certificates) else refused("the Signature does not match")


def read(delivery: Delivery) -> Mapping[str, object]:
    """Returns the envelope. Raises `Unreadable` when it is none."""
    document = load_provider(delivery.body, max_bytes=MAX_BYTES)
    if not isinstance(document, dict) or text(document, "Type") is None:
        raise Unreadable("not an SNS envelope")
    return document


def is_amazon(url: str | None, *, suffix: str = "") -> bool:
    """Says whether an address is one of SNS itself."""
    try:
        parts = urlsplit(url or "")
        return parts.scheme == "https" and _HOST.fullmatch(parts.netloc) is not None and parts.path.endswith(suffix)
    except ValueError:
        return False


def _signed(document: Mapping[str, object], certificates: Sequence[str]) -> bool:
    # Slow to import, and only this provider signs with a certificate.
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.hashes import SHA1, SHA256
    from cryptography.x509 import load_pem_x509_certificate

    version = text(document, "SignatureVersion")
    algorithm = {"1": SHA1(), "2": SHA256()}.get(version or "")  # noqa: S303 — version 1 is Amazon's default
    try:
        signature = base64.b64decode(text(document, "Signature") or "", validate=True)
    except (binascii.Error, ValueError):
        return False
    if algorithm is None:
        return False
    message = _canonical(document)
    for pem in certificates:
        try:
            key = load_pem_x509_certificate(pem.encode()).public_key()
            if isinstance(key, RSAPublicKey):
                key.verify(signature, message, PKCS1v15(), algorithm)
                return True
        except (InvalidSignature, ValueError):
            continue
    return False


def _canonical(document: Mapping[str, object]) -> bytes:
    names = _NOTIFICATION if text(document, "Type") == "Notification" else _CONFIRMATION
    said = ((name, text(document, name)) for name in names)
    return "".join(f"{name}\n{value}\n" for name, value in said if value is not None).encode("utf-8", "replace")
