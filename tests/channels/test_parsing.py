"""`parvis channels parse`: the shape of its answer, and the files it refuses."""

import json
from typing import Any

import pytest

from app.channels.parsing import MalformedDelivery, parse_delivery_file, parse_raw
from app.channels.registry import Registry
from tests.channels import signing
from tests.channels.conftest import Parse
from tests.channels.samples import RAW_MAIL, all_signed

KEYS = {
    "type",
    "event_key",
    "external_id",
    "account",
    "sender",
    "recipients",
    "subject",
    "text",
    "html",
    "attachments",
    "occurred_at",
    "thread_key",
    "in_reply_to",
    "references",
    "automatic",
    "public",
    "geo",
    "fields",
    "status",
    "warnings",
    "reason",
}


@pytest.mark.parametrize("channel_type", sorted(all_signed()))
def test_every_channel_answers_in_the_same_shape(channel_type: str, parse: Parse):
    for sample in all_signed()[channel_type]:
        answer = parse(channel_type, sample)
        assert set(answer) == {"verified", "refused", "handshake", "events"}
        assert answer["verified"] is True
        assert answer["events"]
        for event in json.loads(json.dumps(answer["events"])):
            assert set(event) >= KEYS
            for piece in event["attachments"]:
                assert set(piece) == {"name", "content_type", "size", "content_id", "sha256"}


@pytest.mark.parametrize("channel_type", sorted(all_signed()))
def test_a_refused_delivery_has_no_events(channel_type: str, parse: Parse):
    sample = {**all_signed()[channel_type][0]}
    sample["secret"] = all_signed()["email.ses"][0]["secret"] if channel_type != "email.ses" else "not a certificate"
    if channel_type in {"http", "webform"}:
        sample["secret"] = "whsec_" + "QUJD" * 10
    answer = parse(channel_type, sample)
    assert answer["verified"] is False
    assert answer["refused"]
    assert answer["events"] == []


@pytest.mark.parametrize("channel_type", sorted(all_signed()))
def test_without_a_secret_nothing_is_verified_and_all_is_read(channel_type: str, parse: Parse):
    answer = parse(channel_type, {**all_signed()[channel_type][0], "secret": None})
    assert answer["verified"] is None
    assert answer["events"]


def test_an_attachment_is_told_by_its_size_and_digest(parse: Parse):
    piece = {"name": "photo.jpg", "content_type": "image/jpeg", "content": "YWJj"}
    body = json.dumps({"text": "Voir la photo", "attachments": [piece]})
    (event,) = parse("http", signing.document(body, headers={"Content-Type": "application/json"}))["events"]
    assert event["attachments"] == [
        {
            "name": "photo.jpg",
            "content_type": "image/jpeg",
            "size": 3,
            "content_id": None,
            "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        }
    ]


def test_an_unreadable_delivery_is_told_and_not_lost(parse: Parse):
    (event,) = parse("telegram", signing.document("{"))["events"]
    assert event["type"] == "channel_problem"
    assert event["reason"].startswith("unreadable: not JSON")


def test_a_replay_without_an_instant_is_not_judged_stale(parse: Parse):
    sample = all_signed()["http"][0]
    assert parse("http", {**sample, "now": None})["verified"] is True
    assert parse("http", {**sample, "now": "2026-01-05T12:05:01Z"})["verified"] is False
    assert parse("http", {**sample, "now": None, "verify": {"clock": 1767614700}})["verified"] is True
    assert parse("http", {**sample, "now": None, "verify": {"clock": 1767615000}})["verified"] is False


@pytest.mark.parametrize(
    "wrong",
    [
        {"body": 5},
        {"body": "é", "body_encoding": "base64"},
        {"body_encoding": "latin-1"},
        {"headers": "Content-Type: text/plain"},
        {"headers": {"a": 1}},
        {"headers": [["a"]]},
        {"now": "yesterday"},
        {"secret": ["a"]},
        {"url": 1},
    ],
)
def test_a_file_that_is_no_delivery_is_named(wrong: dict[str, Any], registry: Registry):
    with pytest.raises(MalformedDelivery):
        parse_delivery_file("telegram", {**signing.document("{}"), **wrong}, registry)


def test_a_secret_of_another_form_is_refused_without_showing_it(registry: Registry):
    with pytest.raises(MalformedDelivery) as told:
        parse_delivery_file("http", {**signing.document("{}"), "secret": "pas-une-clé !"}, registry)
    assert "pas-une-clé" not in str(told.value)


def test_headers_may_be_a_list_of_pairs(registry: Registry):
    sample = all_signed()["telegram"][0]
    listed = {**sample, "headers": [list(pair) for pair in sample["headers"].items()]}
    assert parse_delivery_file("telegram", listed, registry)["verified"] is True


def test_a_mail_on_disk_is_read(registry: Registry):
    answer = parse_raw("email", RAW_MAIL.encode(), registry)
    assert answer["verified"] is None
    (event,) = answer["events"]
    assert event["sender"]["address"] == "claire@example.org"
