"""Twilio: its signature over the public URL, SMS, WhatsApp, receipts."""

import base64
import hashlib
import hmac
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from app.channels.adapters.sms.twilio import TwilioConfig
from app.channels.contract import Delivery
from app.channels.registry import Registry
from tests.channels import signing
from tests.channels.conftest import Parse

SMS = {
    "MessageSid": "SM1",
    "AccountSid": "AC1",
    "From": "+33612345678",
    "To": "+33700000000",
    "Body": "Où est mon dossier ?",
}


def _resigned(signed_url: str, sent_url: str) -> dict[str, Any]:
    return {**signing.twilio(SMS, url=signed_url), "url": sent_url}


@pytest.mark.parametrize(
    ("signed_url", "sent_url"),
    [
        ("https://ville.example.fr/h?a=1", "https://ville.example.fr:443/h?a=1"),
        ("https://ville.example.fr:443/h?a=1", "https://ville.example.fr/h?a=1"),
        ("http://ville.example.fr:80/h", "http://ville.example.fr/h"),
        ("https://ville.example.fr:8443/h", "https://ville.example.fr:8443/h"),
    ],
)
def test_the_port_is_signed_or_not(signed_url: str, sent_url: str, parse: Parse):
    assert parse("sms.twilio", _resigned(signed_url, sent_url))["verified"] is True


@pytest.mark.parametrize(
    "sent_url", ["https://ville.example.fr/h?a=2", "https://other.example.fr/h", "http://ville.example.fr/h"]
)
def test_another_address_is_refused(sent_url: str, parse: Parse):
    assert parse("sms.twilio", _resigned("https://ville.example.fr/h", sent_url))["verified"] is False


def test_a_repeated_value_is_signed_once(parse: Parse):
    url, token = "https://ville.example.fr/h", "token-of-tests"
    text = url + "Digits1" + "Digits2" + "MessageSidSM1"
    signature = base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()
    body = "Digits=2&MessageSid=SM1&Digits=1&Digits=2"
    sample = signing.document(body, url=url, headers={"X-Twilio-Signature": signature}, secret=token)
    assert parse("sms.twilio", sample)["verified"] is True


def test_a_json_body_is_vouched_for_by_its_hash(parse: Parse):
    body, token = '{"status":"ok"}', "token-of-tests"
    url = f"https://ville.example.fr/h?bodySHA256={hashlib.sha256(body.encode()).hexdigest()}"
    signature = base64.b64encode(hmac.new(token.encode(), url.encode(), hashlib.sha1).digest()).decode()
    headers = {"X-Twilio-Signature": signature, "Content-Type": "application/json"}
    assert parse("sms.twilio", signing.document(body, url=url, headers=headers, secret=token))["verified"] is True
    assert (
        parse("sms.twilio", signing.document(body + " ", url=url, headers=headers, secret=token))["verified"] is False
    )


def test_a_json_body_without_a_hash_is_not_vouched_for(parse: Parse):
    url, token = "https://ville.example.fr/h", "token-of-tests"
    signature = base64.b64encode(hmac.new(token.encode(), url.encode(), hashlib.sha1).digest()).decode()
    headers = {"X-Twilio-Signature": signature, "Content-Type": "application/json"}
    assert parse("sms.twilio", signing.document("{}", url=url, headers=headers, secret=token))["verified"] is False


def test_both_tokens_hold_while_one_is_promoted(registry: Registry):
    sample = signing.twilio(SMS)
    delivery = Delivery(
        body=base64.b64decode(sample["body"]), url=sample["url"], headers=list(sample["headers"].items())
    )
    config = TwilioConfig(auth_token=SecretStr("new"), previous_auth_token=SecretStr("token-of-tests"))
    assert registry.get("sms.twilio").verify(delivery, config, now=signing.NOON).verified is True  # type: ignore[attr-defined]


def test_an_sms(event_of: Parse):
    event = event_of("sms.twilio", signing.twilio(SMS))
    assert (event["type"], event["event_key"], event["account"]) == ("message_received", "SM1", "AC1")
    assert event["sender"] == {"kind": "phone", "address": "+33612345678", "display_name": None}
    assert event["recipients"][0]["address"] == "+33700000000"


def test_pictures_are_told_with_their_place(event_of: Parse):
    pairs = {
        **SMS,
        "NumMedia": "2",
        "MediaUrl0": "https://api.twilio.com/1",
        "MediaContentType0": "image/jpeg",
        "MediaUrl1": "m",
    }
    event = event_of("sms.twilio", signing.twilio(pairs))
    assert [piece["content_type"] for piece in event["attachments"]] == ["image/jpeg", "application/octet-stream"]


def test_a_long_sms_in_base64_is_read_and_said_to_have_been(event_of: Parse):
    words = "Madame, Monsieur, je vous écris au sujet de la rue des Lilas, où rien n’a changé depuis mai."
    event = event_of("sms.twilio", signing.twilio({**SMS, "Body": base64.b64encode(words.encode()).decode()}))
    assert event["text"] == words
    assert event["warnings"]


@pytest.mark.parametrize("text", ["A" * 64, "https" * 20, "QUJD" * 20, "Bonjour"])
def test_words_that_only_look_like_base64_are_left(text: str, event_of: Parse):
    assert event_of("sms.twilio", signing.twilio({**SMS, "Body": text}))["text"] == text


@pytest.mark.parametrize(
    ("sender", "kind", "address"),
    [
        ("whatsapp:+33612345678", "whatsapp", "33612345678"),
        ("whatsapp:FR.9876", "whatsapp_user", "FR.9876"),
        ("MAIRIE", "sender_name", "MAIRIE"),
        ("36111", "sender_name", "36111"),
    ],
)
def test_who_writes(sender: str, kind: str, address: str, event_of: Parse):
    event = event_of("sms.twilio", signing.twilio({**SMS, "From": sender, "ProfileName": "Claire"}))
    assert event["sender"] == {"kind": kind, "address": address, "display_name": "Claire"}


def test_stop_is_kept_and_heard(parse: Parse):
    events = parse("sms.twilio", signing.twilio({**SMS, "Body": "Stop"}))["events"]
    assert [(event["type"], event["event_key"]) for event in events] == [
        ("message_received", "SM1"),
        ("opt_out", "SM1:opt_out"),
    ]


def test_a_receipt_tells_our_message_by_its_reference(event_of: Parse):
    pairs = {"MessageSid": "SM2", "MessageStatus": "undelivered", "ErrorCode": "30005", "To": "+33612345678"}
    event = event_of("sms.twilio", signing.twilio(pairs, url="https://ville.example.fr/h?ref=out_1"))
    assert (event["status"], event["reports_on"], event["event_key"]) == ("failed", "SM2", "SM2:undelivered")
    assert event["fields"] == {"status": "undelivered", "error_code": "30005", "ref": "out_1"}


def test_a_refusal_to_receive_is_an_opt_out(parse: Parse):
    pairs = {"MessageSid": "SM2", "MessageStatus": "failed", "ErrorCode": "21610", "To": "+33612345678"}
    update, stopped = parse("sms.twilio", signing.twilio(pairs))["events"]
    assert (update["status"], stopped["type"]) == ("failed", "opt_out")
    assert stopped["sender"]["address"] == "+33612345678"


def test_anything_else_is_ignored_with_its_reason(event_of: Parse):
    event = event_of("sms.twilio", signing.twilio({"CallSid": "CA1", "Digits": "1"}))
    assert (event["type"], event["external_id"]) == ("ignored", "CA1")


def test_one_sender_or_one_service():
    with pytest.raises(ValidationError, match="not both"):
        TwilioConfig(auth_token=SecretStr("t"), sender="+33700000000", messaging_service_sid="MG1")
