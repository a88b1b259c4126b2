"""Mastodon, Bluesky and X: public and private words, edits, what cannot be read."""

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest

from tests.channels import signing
from tests.channels.conftest import Parse

STATUS = {
    "id": "500",
    "visibility": "public",
    "created_at": "2026-01-05T11:00:00.000Z",
    "content": '<p><a href="https://social.example.org/@ville" class="u-url mention">@<span>ville</span></a> rue coup&eacute;e</p><p>Merci</p>',
    "account": {"id": "3", "acct": "claire", "url": "https://social.example.org/@claire", "display_name": "Claire"},
    "media_attachments": [{"type": "image", "url": "https://files.example.org/1.jpg"}],
}


def _notification(kind: str = "mention", **status: object) -> dict[str, Any]:
    return signing.document(json.dumps({"id": "1", "type": kind, "status": {**STATUS, **status}}))


def test_a_mention_is_read_as_words(event_of: Parse):
    event = event_of("mastodon", _notification())
    assert event["text"] == "@ville rue coupée\n\nMerci"
    assert (event["public"], event["sender"]["address"], len(event["attachments"])) == (
        True,
        "claire@social.example.org",
        1,
    )


@pytest.mark.parametrize(
    ("visibility", "public"), [("public", True), ("unlisted", True), ("private", False), ("direct", False)]
)
def test_what_the_author_showed_stays_so(visibility: str, public: bool, event_of: Parse):
    assert event_of("mastodon", _notification(visibility=visibility))["public"] is public


def test_an_edit_and_a_removal(parse: Parse):
    edited = parse("mastodon", _notification("update", edited_at="2026-01-05T11:30:00Z"))["events"][0]
    assert (edited["type"], edited["reports_on"]) == ("message_edited", "500")
    removed = parse("mastodon", signing.document('{"event":"delete","payload":"500"}'))["events"][0]
    assert (removed["type"], removed["reports_on"]) == ("message_deleted", "500")


def test_the_stream_wraps_the_notification_in_a_string(event_of: Parse):
    inner = json.dumps({"id": "1", "type": "mention", "status": STATUS})
    assert (
        event_of("mastodon", signing.document(json.dumps({"event": "notification", "payload": inner})))["external_id"]
        == "500"
    )


def test_a_page_of_notifications_is_read_one_by_one(parse: Parse):
    page = [{"id": "1", "type": "mention", "status": STATUS}, {"id": "2", "type": "favourite", "status": STATUS}]
    assert [event["type"] for event in parse("mastodon", signing.document(json.dumps(page)))["events"]] == [
        "message_received",
        "ignored",
    ]


def test_a_mention_on_bluesky(event_of: Parse):
    record = {
        "text": "@ville bonjour",
        "createdAt": "2026-01-05T11:00:00Z",
        "reply": {"root": {"uri": "at://r"}, "parent": {"uri": "at://p"}},
    }
    item = {
        "uri": "at://d/1",
        "cid": "c1",
        "reason": "mention",
        "author": {"did": "did:plc:claire", "handle": "claire.example.org"},
        "record": record,
    }
    event = event_of("bluesky", signing.document(json.dumps({"notifications": [item]})))
    assert (event["event_key"], event["sender"]["address"], event["public"]) == ("at://d/1:c1", "did:plc:claire", True)
    assert (event["thread_key"], event["in_reply_to"]) == ("at://r", ["at://p"])


@pytest.mark.parametrize(
    ("kind", "event_type"),
    [("logCreateMessage", "message_received"), ("logDeleteMessage", "message_deleted"), ("logReadMessage", "ignored")],
)
def test_the_private_chat_of_bluesky(kind: str, event_type: str, event_of: Parse):
    log = {
        "$type": f"chat.bsky.convo.defs#{kind}",
        "rev": "r",
        "convoId": "c",
        "message": {"id": "b1", "text": "x", "sender": {"did": "did:plc:a"}},
    }
    event = event_of("bluesky", signing.document(json.dumps({"logs": [log]})))
    assert (event["type"], event["thread_key"], event["public"]) == (event_type, "c", False)


def test_the_challenge_of_x(parse: Parse):
    sample = signing.document(method="GET", url="https://ville.example.fr/h?crc_token=abc", secret="consumer-of-tests")
    answer = parse("x", sample)
    expected = base64.b64encode(hmac.new(b"consumer-of-tests", b"abc", hashlib.sha256).digest()).decode()
    assert json.loads(answer["handshake"]["body"]) == {"response_token": f"sha256={expected}"}
    assert (answer["verified"], answer["handshake"]["content_type"]) == (True, "application/json")


def _activity(kind: str, payload: dict[str, Any], **said: object) -> dict[str, Any]:
    return signing.x(
        {"data": {"event_uuid": "u1", "event_type": kind, "filter": {"user_id": "1"}, "payload": payload, **said}}
    )


def _direct(sender: str, recipient: str) -> dict[str, Any]:
    create = {"sender_id": sender, "target": {"recipient_id": recipient}, "message_data": {"text": "Bonjour"}}
    return {"direct_message_events": [{"id": "80", "created_timestamp": "1767610800000", "message_create": create}]}


@pytest.mark.parametrize(
    ("sender", "recipient", "event_type"), [("2", "1", "message_received"), ("1", "2", "own_echo")]
)
def test_a_direct_message_on_x(sender: str, recipient: str, event_type: str, event_of: Parse):
    event = event_of("x", _activity("dm.received", _direct(sender, recipient)))
    assert (event["type"], event["event_key"], event["thread_key"], event["account"]) == (event_type, "80", "2", "1")


def test_an_encrypted_message_is_kept_as_one_nobody_can_read(event_of: Parse):
    event = event_of(
        "x",
        _activity(
            "chat.received", {"id": "c9", "sender_id": "2", "created_at_msec": "1767610800000", "encoded_event": "…"}
        ),
    )
    assert (event["type"], event["text"], event["sender"]["address"]) == ("message_received", None, "2")
    assert "encrypted" in event["warnings"][0]


def test_an_edited_post_names_the_first(event_of: Parse):
    post = {
        "id": "12",
        "author_id": "2",
        "text": "corrigé",
        "conversation_id": "10",
        "edit_history_tweet_ids": ["11", "12"],
    }
    event = event_of("x", _activity("post.mention.create", post, includes={"users": [{"id": "2", "name": "Claire"}]}))
    assert (event["type"], event["reports_on"], event["public"]) == ("message_edited", "11", True)
    assert event["sender"]["display_name"] == "Claire"


def test_a_withdrawn_consent_is_for_the_administrator(event_of: Parse):
    assert event_of("x", _activity("oauth.revoke", {}))["type"] == "channel_problem"
