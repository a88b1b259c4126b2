"""The public corpus of deliveries, where it lies beside the repository: every sample as its providers' own suites expect."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.channels.parsing import parse_delivery_file
from app.channels.registry import Registry

CORPUS = Path(__file__).parents[3] / "shared" / "payloads"
TYPES = {
    ("sms", "ovhcloud"): "sms.ovh",
    ("facebook", "meta"): "meta.messenger",
    ("facebook_comments", "meta"): "meta.messenger",
    ("instagram", "meta"): "meta.instagram",
    ("whatsapp", "meta"): "meta.whatsapp",
    ("whatsapp", "twilio"): "sms.twilio",
    ("telegram", "telegram"): "telegram",
    ("email", "brevo"): "email.brevo",
    ("email", "mailgun"): "email.mailgun",
    ("email", "postmark"): "email.postmark",
    ("email", "amazon_ses"): "email.ses",
    ("email", "amazon_sns"): "email.ses",
    ("generic_http", "standard-webhooks"): "http",
    ("generic_http", "cloudevents"): "http",
    ("mastodon", "mastodon"): "mastodon",
    ("bluesky", "bluesky"): "bluesky",
    ("x_dm", "x"): "x",
    ("x_mention", "x"): "x",
    ("phone", "asterisk_ari"): "phone.asterisk",
    ("phone", "asterisk_ami"): "phone.asterisk",
} | {("sms", name): f"sms.{name}" for name in ("twilio", "vonage", "mtarget", "brevo", "highconnection")}


def _samples() -> list[Any]:
    found = []
    for path in sorted(CORPUS.glob("*.json")) if CORPUS.is_dir() else []:
        sample = json.loads(path.read_text())
        channel_type = TYPES.get((sample.get("channel"), sample.get("provider")))
        if channel_type and sample["kind"] != "auth_string":
            found.append(pytest.param(channel_type, sample, id=path.stem))
    return found


def _words(value: str | None) -> str:
    return " ".join((value or "").split())


@pytest.mark.parametrize(("channel_type", "sample"), _samples())
def test_a_sample_is_understood(channel_type: str, sample: dict[str, Any], registry: Registry):
    answer, expected, judged = (
        parse_delivery_file(channel_type, sample, registry),
        sample["expected"],
        sample.get("verify"),
    )
    if judged:
        assert answer["verified"] is judged["valid"]
        if not judged["valid"]:
            assert answer["events"] == []
            return
    if expected.get("response_body"):
        assert answer["handshake"]["body"] == expected["response_body"]
    if sample["kind"] not in {"message", "postback", "message_part"} or not expected.get("external_id"):
        return
    (event, *_) = [event for event in answer["events"] if event["external_id"] == expected["external_id"]]
    if expected.get("text") is not None:
        assert _words(event["text"]) == _words(expected["text"])
    if expected.get("sender"):
        assert expected["sender"].lstrip("+") in event["sender"]["address"]
    assert len(event["attachments"]) == len(expected.get("attachments") or [])
