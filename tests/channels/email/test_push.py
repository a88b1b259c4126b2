"""The token of a relay that pushes: ours is the only algorithm, and the body must be the one it speaks of."""

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime

import pytest

from app.channels.adapters.email import EmailAdapter
from app.channels.contract import Delivery, Verdict
from tests.channels.email.made import mail

SECRET = "secret-de-test"
NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
BODY = mail()
CLAIMS = {
    "exp": NOW.timestamp() + 60,
    "body_hash": hashlib.sha256(BODY).hexdigest(),
    "original_recipients": ["contact+j@example.fr"],
}


def segment(value: object) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def token(claims: object = CLAIMS, *, header: object = None, secret: str = SECRET) -> str:
    signed = f"{segment(header or {'alg': 'HS256', 'typ': 'JWT'})}.{segment(claims)}"
    signature = hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{urlsafe_b64encode(signature).decode().rstrip('=')}"


def verdict(*values: str, body: bytes = BODY, secret: str | None = SECRET, door: str | None = None) -> Verdict:
    adapter = EmailAdapter()
    envelope = {"door": door} if door else {}
    delivery = Delivery(body=body, headers=[("Authorization", one) for one in values], envelope=envelope)
    return adapter.verify(delivery, adapter.config_for(secret), now=NOW)


def test_a_true_token_is_accepted():
    assert verdict(f"Bearer {token()}") == Verdict(True)


@pytest.mark.parametrize(
    "values",
    [
        (),
        ("Bearer",),
        (f"Basic {token()}",),
        (f"Bearer {token()}", f"Bearer {token()}"),
        (f"Bearer {token(secret='autre')}",),
        (f"Bearer {token()}x",),
        (f"Bearer {token()[:-4]}",),
        (f"Bearer {token(header={'alg': 'none'})}",),
        (f"Bearer {token(header={'alg': 'HS512'})}",),
        (f"Bearer {token().rsplit('.', 1)[0]}.",),
        (f"Bearer {token({**CLAIMS, 'exp': NOW.timestamp() - 3600})}",),
        (f"Bearer {token({**CLAIMS, 'exp': None})}",),
        (f"Bearer {token({**CLAIMS, 'exp': True})}",),
        (f"Bearer {token({**CLAIMS, 'body_hash': '0' * 64})}",),
        (f"Bearer {token({**CLAIMS, 'body_hash': 'é'})}",),
        (f"Bearer {token([])}",),
        ("Bearer " + "a." * 50_000,),
        ("Bearer é.é.é",),
    ],
)
def test_anything_else_is_refused_with_a_reason(values: tuple[str, ...]):
    found = verdict(*values)
    assert found.verified is False
    assert found.refused


def test_one_changed_byte_of_the_body_is_seen():
    assert verdict(f"Bearer {token()}", body=BODY[:-1] + b"X").verified is False


@pytest.mark.parametrize("door", ["imap", "smtp", "lmtp"])
def test_our_own_doors_sign_nothing(door: str):
    assert verdict(door=door) == Verdict(None)


def test_without_a_secret_nothing_is_signed():
    assert verdict(secret=None) == Verdict(None)


def test_the_recipients_of_the_token_are_the_envelope():
    adapter = EmailAdapter()
    delivery = Delivery(body=BODY, headers=[("authorization", f"Bearer {token()}")])
    (event,) = adapter.parse(delivery, adapter.config_for(SECRET))
    assert event.fields["reply_token"] == "j"
