"""Signatures: rotation, freshness, and tokens that try to choose their own algorithm. T88, T95."""

import base64
import json
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pydantic import SecretStr
from standardwebhooks import Webhook as Reference

from app.channels.contract import Delivery
from app.channels.kit import webhooks
from app.channels.kit.signatures import SignedConfig, jwt_hs256, jwt_in_force, shared_secret
from tests.channels.signing import NOON, jwt

KEY = "whsec_" + base64.b64encode(b"k" * 32).decode()
OTHER = "whsec_" + base64.b64encode(b"o" * 32).decode()


def _signed(secret: str = KEY, *, identifier: str = "msg_1", body: bytes = b'{"a":"\xc3\xa9"}') -> Delivery:
    signature = Reference(secret).sign(identifier, NOON, body.decode())
    stamp = str(int(NOON.timestamp()))
    headers = [("Webhook-Id", identifier), ("WEBHOOK-TIMESTAMP", stamp), ("webhook-signature", signature)]
    return Delivery(body=body, headers=headers)


def _verdict(delivery: Delivery, *secrets: str, shift_s: int = 0) -> bool | None:
    now = NOON + timedelta(seconds=shift_s)
    return webhooks.verify(delivery, [SecretStr(secret) for secret in secrets], now=now).verified


def test_what_the_reference_library_signs_is_believed():
    assert _verdict(_signed(), KEY) is True


def test_what_we_sign_the_reference_library_believes():
    from datetime import UTC, datetime

    now = datetime.now(UTC)
    headers = webhooks.signed_headers(
        identifier="msg_2", at=now, body=b"{}", secrets=[SecretStr(KEY), SecretStr(OTHER)]
    )
    assert Reference(KEY).verify(b"{}", dict(headers)) == {}
    assert Reference(OTHER).verify(b"{}", dict(headers)) == {}


def test_two_secrets_hold_while_one_replaces_the_other():
    assert _verdict(_signed(), OTHER, KEY) is True
    assert _verdict(_signed(), OTHER) is False


@pytest.mark.parametrize(("shift_s", "verified"), [(300, True), (-300, True), (301, False), (-301, False)])
def test_five_minutes_either_way(shift_s: int, verified: bool):
    assert _verdict(_signed(), KEY, shift_s=shift_s) is verified


@pytest.mark.parametrize("missing", ["Webhook-Id", "WEBHOOK-TIMESTAMP", "webhook-signature"])
def test_a_missing_header_is_refused(missing: str):
    signed = _signed()
    delivery = Delivery(body=signed.body, headers=[pair for pair in signed.headers if pair[0] != missing])
    assert _verdict(delivery, KEY) is False


def test_an_identifier_with_a_dot_is_refused():
    assert _verdict(_signed(identifier="msg.1"), KEY) is False


def test_reserialised_json_is_refused():
    signed = _signed()
    delivery = Delivery(body=json.dumps(json.loads(signed.body)).encode(), headers=signed.headers)
    assert _verdict(delivery, KEY) is False


def test_an_ed25519_signature_is_believed_with_its_public_key():
    private = Ed25519PrivateKey.generate()
    public = "whpk_" + base64.b64encode(private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()
    stamp = str(int(NOON.timestamp()))
    value = base64.b64encode(private.sign(f"msg_3.{stamp}.".encode() + b"{}")).decode()
    headers = [("webhook-id", "msg_3"), ("webhook-timestamp", stamp), ("webhook-signature", f"v1,AAAA v1a,{value}")]
    assert _verdict(Delivery(body=b"{}", headers=headers), public) is True
    assert _verdict(Delivery(body=b"{ }", headers=headers), public) is False


def test_a_token_chooses_no_algorithm():
    assert jwt_hs256(jwt({"a": 1}, secret="s"), [SecretStr("s")]) == {"a": 1}
    assert jwt_hs256(jwt({"a": 1}, secret="s", algorithm="none"), [SecretStr("s")]) is None
    assert jwt_hs256(jwt({"a": 1}, secret="s"), [SecretStr("t")]) is None
    assert jwt_hs256("a.b", [SecretStr("s")]) is None


def test_a_token_is_of_its_time():
    at = NOON.timestamp()
    assert jwt_in_force({"exp": at + 1, "nbf": at - 1}, now=NOON, tolerance_s=0)
    assert not jwt_in_force({"exp": at - 1}, now=NOON, tolerance_s=0)
    assert not jwt_in_force({"nbf": at + 61}, now=NOON, tolerance_s=60)
    assert jwt_in_force({"exp": 1}, now=NOON, tolerance_s=None)


@pytest.mark.parametrize(
    ("headers", "url"),
    [
        ([("Authorization", "Basic " + base64.b64encode(b"user:secret").decode())], ""),
        ([("authorization", "Bearer secret")], ""),
        ([("X-Parvis-Token", "secret")], ""),
        ([], "https://ville.example.fr/hooks/x?token=secret"),
    ],
)
def test_a_shared_secret_may_stand_in_four_places(headers: list[tuple[str, str]], url: str):
    delivery = Delivery(body=b"", headers=headers, url=url)
    assert shared_secret(delivery, [SecretStr("old"), SecretStr("secret")]).verified is True
    assert shared_secret(delivery, [SecretStr("other")]).verified is False
    assert shared_secret(delivery, []).verified is None


class _Config(SignedConfig):
    secret: SecretStr | None = None

    def signing_secrets(self) -> list[SecretStr]:
        return [self.secret] if self.secret else []


def test_trusting_anybody_is_said_aloud():
    with pytest.raises(ValueError, match="accept_unsigned"):
        _Config()
    assert _Config(accept_unsigned=True).signing_secrets() == []
