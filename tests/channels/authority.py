"""A certificate and its key, made for the run, to sign as Amazon SNS does."""

import base64
import functools
import json
from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from tests.channels.signing import document

TOPIC = "arn:aws:sns:eu-west-3:000000000000:courriel-de-la-ville"


@functools.cache
def _pair() -> tuple[rsa.RSAPrivateKey, str]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.example.org")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2036, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    return key, certificate.public_bytes(serialization.Encoding.PEM).decode()


def notification(
    message: object, *, version: str = "2", url: str = "https://sns.eu-west-3.amazonaws.com/SimpleNotification.pem"
) -> dict[str, Any]:
    key, certificate = _pair()
    envelope = {
        "Type": "Notification",
        "MessageId": "7e2a4f6c-0000-4000-8000-000000000001",
        "TopicArn": TOPIC,
        "Subject": "Amazon SES",
        "Message": message if isinstance(message, str) else json.dumps(message),
        "Timestamp": "2026-01-05T12:00:00.000Z",
        "SignatureVersion": version,
        "SigningCertURL": url,
    }
    canonical = ""
    for name in ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"):
        canonical += name + "\n" + envelope[name] + "\n"
    algorithm = hashes.SHA1() if version == "1" else hashes.SHA256()
    envelope["Signature"] = base64.b64encode(key.sign(canonical.encode(), padding.PKCS1v15(), algorithm)).decode()
    headers = {
        "Content-Type": "text/plain; charset=UTF-8",
        "x-amz-sns-message-type": "Notification",
        "x-amz-sns-message-id": envelope["MessageId"],
    }
    return document(json.dumps(envelope), headers=headers, secret=certificate)
