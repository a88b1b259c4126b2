"""Messenger and Instagram: the handshake, the signature over escaped bytes, conversations, comments."""

import json
from typing import Any

import pytest

from tests.channels import signing
from tests.channels.conftest import Parse
from tests.channels.samples import messenger_text


def _page(element: dict[str, Any], *, kind: str = "messaging", what: str = "page") -> dict[str, Any]:
    base = {"sender": {"id": "5001"}, "recipient": {"id": "1001"}, "timestamp": 1767610800123}
    return signing.meta({"object": what, "entry": [{"id": "1001", "time": 1, kind: [{**base, **element}]}]})


def _feed(value: dict[str, Any], *, field: str = "feed", what: str = "page") -> dict[str, Any]:
    return signing.meta({"object": what, "entry": [{"id": "1001", "changes": [{"field": field, "value": value}]}]})


def _question(token: str, challenge: str = "12345") -> dict[str, Any]:
    url = f"https://ville.example.fr/h?hub.mode=subscribe&hub.verify_token={token}&hub.challenge={challenge}"
    return signing.document(method="GET", url=url, secret="our-token")


def test_the_challenge_is_answered_to_who_knows_the_token(parse: Parse):
    answer = parse("meta.messenger", _question("our-token"))
    assert answer["verified"] is True
    assert (answer["handshake"]["status"], answer["handshake"]["body"]) == (200, "12345")
    assert answer["handshake"]["content_type"] == "text/plain"


@pytest.mark.parametrize(
    ("token", "challenge"), [("another", "12345"), ("our-token", "x" * 300), ("our-token", "%0d%0aSet-Cookie")]
)
def test_nothing_is_echoed_to_others(token: str, challenge: str, parse: Parse):
    answer = parse("meta.messenger", _question(token, challenge))
    assert (answer["handshake"]["status"], answer["handshake"]["body"]) == (403, "")


def test_the_signature_is_over_the_bytes_meta_wrote(parse: Parse):
    payload = messenger_text("Été 🚧")
    sample = signing.meta(payload)
    assert parse("meta.messenger", sample)["events"][0]["text"] == "Été 🚧"
    again = {**sample, "body": signing.document(json.dumps(payload, ensure_ascii=False))["body"]}
    assert parse("meta.messenger", again)["verified"] is False


def test_a_batch_may_mix_pages(parse: Parse):
    payload = messenger_text(page="1001")
    payload["entry"] += messenger_text(page="1002")["entry"]
    events = parse("meta.messenger", signing.meta(payload))["events"]
    assert [(event["account"], event["event_key"]) for event in events] == [("1001", "m_1001"), ("1002", "m_1002")]


def test_a_message_with_a_picture_and_a_place(event_of: Parse):
    attachments = [
        {"type": "image", "payload": {"url": "https://cdn.example.org/p.jpg"}},
        {"type": "location", "payload": {"coordinates": {"lat": 48.1, "long": -1.6}}},
        {"type": "fallback", "payload": {"url": "https://example.org/article"}},
    ]
    event = event_of(
        "meta.messenger", _page({"message": {"mid": "m1", "attachments": attachments, "reply_to": {"mid": "m0"}}})
    )
    assert event["geo"] == {"lat": 48.1, "lon": -1.6}
    assert len(event["attachments"]) == 1
    assert event["in_reply_to"] == ["m0"]
    assert event["fields"]["links"] == ["https://example.org/article"]


@pytest.mark.parametrize(
    ("element", "event_type", "key"),
    [
        ({"message": {"mid": "m1", "is_echo": True, "text": "Bonjour"}}, "own_echo", "m1"),
        ({"message": {"mid": "m1", "is_deleted": True}}, "message_deleted", "m1:deleted"),
        (
            {"message": {"mid": "m1", "attachments": [{"type": "ig_reel", "payload": {"url": "/reel/1"}}]}},
            "ignored",
            "m1",
        ),
        ({"message": {"mid": "m1", "is_unsupported": True}}, "message_received", "m1"),
        ({"delivery": {"mids": ["m9"], "watermark": 1767610800123}}, "delivery_update", "m9:delivered"),
        ({"delivery": {"watermark": 1767610800123}}, "read_up_to", None),
        ({"read": {"watermark": 1767610800123}}, "read_up_to", "1001:5001:read:1767610800123"),
        ({"read": {"mid": "m9"}}, "delivery_update", "m9:read"),
        ({"reaction": {"mid": "m9", "emoji": "👍", "action": "react"}}, "ignored", None),
        ({"message_edit": {"mid": "m1", "text": "corrigé", "num_edit": 1}}, "message_edited", None),
        ({"something_new": {"a": 1}}, "ignored", None),
    ],
)
def test_every_element_has_its_event(element: dict[str, Any], event_type: str, key: str | None, event_of: Parse):
    event = event_of("meta.messenger", _page(element))
    assert event["type"] == event_type
    assert key is None or event["event_key"] == key


def test_a_postback_without_an_id_is_told_from_the_next(parse: Parse):
    first = _page({"postback": {"title": "Démarrer", "payload": "START"}})
    later = _page({"postback": {"title": "Démarrer", "payload": "START"}, "timestamp": 1767610900123})
    keys = [parse("meta.messenger", sample)["events"][0]["event_key"] for sample in (first, first, later)]
    assert keys[0] == keys[1] != keys[2]


def test_the_thumb_of_messenger_is_a_word(event_of: Parse):
    thumb = {"type": "image", "payload": {"url": "https://cdn.example.org/t.png", "sticker_id": 369239263222822}}
    event = event_of("meta.messenger", _page({"message": {"mid": "m1", "attachments": [thumb]}}))
    assert (event["text"], event["attachments"]) == ("👍", [])


def test_what_another_application_holds_is_received_all_the_same(event_of: Parse):
    event = event_of(
        "meta.instagram", _page({"message": {"mid": "m1", "text": "Allô"}}, kind="standby", what="instagram")
    )
    assert (event["type"], event["sender"]["kind"]) == ("message_received", "instagram")
    assert event["warnings"]


def test_a_comment_is_public_and_belongs_to_its_post(event_of: Parse):
    value = {
        "item": "comment",
        "verb": "add",
        "comment_id": "9_5",
        "post_id": "1001_9",
        "parent_id": "9_4",
        "message": "Merci",
    }
    event = event_of(
        "meta.messenger", _feed({**value, "from": {"id": "5001", "name": "Claire"}, "created_time": 1767610800})
    )
    assert (event["type"], event["public"], event["thread_key"]) == ("message_received", True, "1001_9")
    assert (event["in_reply_to"], event["sender"]["display_name"]) == (["9_4"], "Claire")


@pytest.mark.parametrize(
    ("value", "event_type"),
    [
        ({"item": "comment", "verb": "add", "from": {"id": "1001"}, "message": "Réponse de la page"}, "own_echo"),
        ({"item": "comment", "verb": "edited", "message": "corrigé"}, "message_edited"),
        ({"item": "comment", "verb": "remove"}, "message_deleted"),
        ({"item": "comment", "verb": "hide"}, "ignored"),
        ({"item": "reaction", "verb": "add"}, "ignored"),
        ({"item": "post", "verb": "add", "message": "Sur votre mur"}, "message_received"),
    ],
)
def test_what_happens_to_public_words(value: dict[str, Any], event_type: str, event_of: Parse):
    assert event_of("meta.messenger", _feed({"comment_id": "9_5", "post_id": "1001_9", **value}))["type"] == event_type


def test_a_comment_without_an_author_is_nobody_s(event_of: Parse):
    event = event_of("meta.messenger", _feed({"item": "comment", "verb": "add", "comment_id": "9_5", "message": "x"}))
    assert event["sender"] is None


def test_a_mention_whose_words_are_not_given_is_kept(event_of: Parse):
    event = event_of("meta.messenger", _feed({"post_id": "1001_9", "item": "post", "verb": "add"}, field="mention"))
    assert (event["type"], event["text"]) == ("message_received", None)
    assert event["warnings"]


def test_a_comment_on_instagram(event_of: Parse):
    value = {"id": "178", "text": "Bravo", "from": {"id": "5001", "username": "claire"}, "media": {"id": "88"}}
    event = event_of("meta.instagram", _feed(value, field="comments", what="instagram"))
    assert (event["external_id"], event["thread_key"], event["public"]) == ("178", "88", True)


def test_another_object_is_ignored(event_of: Parse):
    assert event_of("meta.messenger", signing.meta({"object": "user", "entry": []}))["type"] == "ignored"
