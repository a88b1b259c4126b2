"""Every kind of thing Messenger and Instagram tell, in the shape of their documentation."""

from typing import Any

import pytest

from tests.channels.kinds.reading import holds, read

CDN = "https://scontent.xx.fbcdn.net/v/piece?x=1"


def element(kind: str = "page", /, **value: Any) -> list[dict[str, Any]]:
    base = {"sender": {"id": "5001"}, "recipient": {"id": "1001"}, "timestamp": 1772442000000}
    entry = {"id": "1001", "time": 1772442000100, "messaging": [{**base, **value}]}
    return read("meta.instagram" if kind == "instagram" else "meta.messenger", {"object": kind, "entry": [entry]})


def message(kind: str = "page", /, **value: Any) -> list[dict[str, Any]]:
    return element(kind, message={"mid": "m_1", **value})


def piece(kind: str, **payload: Any) -> dict[str, Any]:
    return {"type": kind, "payload": payload}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (
            {"text": "Bonjour"},
            {"text": "Bonjour", "sender": {"kind": "messenger", "address": "5001"}, "thread_key": "5001"},
        ),
        ({"text": "Oui", "quick_reply": {"payload": "OUI"}}, {"text": "Oui", "fields": {"payload": "OUI"}}),
        ({"text": "Ceci", "reply_to": {"mid": "m_0", "is_self_reply": False}}, {"in_reply_to": ["m_0"]}),
        ({"attachments": [piece("image", url=CDN)]}, {"attachments": [{"content_type": "image/*"}], "text": ""}),
        ({"attachments": [piece("image", url=CDN, sticker_id=369239263222822)]}, {"text": "👍", "attachments": []}),
        ({"attachments": [piece("audio", url=CDN)]}, {"attachments": [{"content_type": "audio/*"}]}),
        ({"attachments": [piece("file", url=CDN)]}, {"attachments": [{"content_type": "application/octet-stream"}]}),
        (
            {"attachments": [piece("ig_reel", url=CDN, title="Un film", reel_video_id="3")]},
            {"attachments": [{"name": None}]},
        ),
        (
            {"attachments": [piece("location", coordinates={"lat": 48.1, "long": -1.6})]},
            {"geo": {"lat": 48.1, "lon": -1.6}},
        ),
        (
            {
                "attachments": [
                    {"type": "fallback", "title": "Travaux", "url": "https://ville.example.fr/t", "payload": None}
                ]
            },
            {"text": "Travaux\nhttps://ville.example.fr/t", "attachments": []},
        ),
        (
            {
                "text": "Voyez https://ville.example.fr",
                "attachments": [{"type": "fallback", "payload": {"url": "https://l.example", "title": "V"}}],
            },
            {"text": "Voyez https://ville.example.fr", "fields": {"links": ["https://l.example"]}},
        ),
        (
            {"attachments": [piece("appointment_booking", booking_id="b", status="requested", start_time=1772442000)]},
            {"text": "[rendez-vous : requested] 2026-03-02T09:00:00+00:00"},
        ),
    ],
)
def test_what_a_person_sends_is_a_message(value: dict[str, Any], expected: dict[str, Any]) -> None:
    holds(message(**value), {"type": "message_received", "external_id": "m_1", "account": "1001", **expected})


def test_a_share_that_meta_does_not_describe_is_not_lost() -> None:
    (event,) = message(attachments=[{"type": "fallback"}])
    assert (event["type"], event["text"], "does not describe" in event["warnings"][0]) == ("message_received", "", True)
    (empty,) = message()
    assert empty["type"] == "ignored"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (
            {"postback": {"mid": "m_2", "title": "Démarrer", "payload": "GO"}},
            {"type": "message_received", "text": "Démarrer"},
        ),
        ({"postback": {"title": "Démarrer", "payload": "GO"}}, {"type": "message_received", "external_id": None}),
        ({"delivery": {"mids": ["m_9"], "watermark": 1772442000000}}, {"type": "delivery_update", "reports_on": "m_9"}),
        ({"delivery": {"watermark": 1772442000000}}, {"type": "read_up_to"}),
        ({"read": {"watermark": 1772442000000}}, {"type": "read_up_to", "occurred_at": "2026-03-02T09:00:00Z"}),
        (
            {"reaction": {"reaction": "love", "emoji": "❤", "action": "react", "mid": "m_9"}},
            {"type": "ignored", "external_id": "m_9"},
        ),
        (
            {"message_edit": {"mid": "m_9", "text": "Mardi", "num_edit": 1}},
            {"type": "message_edited", "reports_on": "m_9"},
        ),
        (
            {"optin": {"type": "notification_messages", "notification_messages_status": "STOP_NOTIFICATIONS"}},
            {"type": "ignored"},
        ),
        ({"referral": {"ref": "affiche", "source": "SHORTLINK", "type": "OPEN_THREAD"}}, {"type": "ignored"}),
        ({"pass_thread_control": {"new_owner_app_id": "1", "metadata": "x"}}, {"type": "ignored"}),
        ({"messaging_feedback": {"feedback_screens": []}}, {"type": "ignored"}),
        ({"account_linking": {"status": "linked"}}, {"type": "ignored"}),
        (
            {"policy_enforcement": {"action": "block", "reason": "spam"}},
            {"type": "channel_problem", "reason": "Meta's rules: block spam"},
        ),
        ({"policy_enforcement": {"action": "unblock"}}, {"type": "ignored"}),
        ({"message": {"mid": "m_9", "is_deleted": True}}, {"type": "message_deleted", "reports_on": "m_9"}),
    ],
)
def test_every_other_event_is_what_it_is(value: dict[str, Any], expected: dict[str, Any]) -> None:
    holds(element(**value), expected)


def test_an_echo_is_of_the_person_it_went_to() -> None:
    value = {"mid": "m_3", "text": "Bonjour", "is_echo": True, "app_id": 1517776481860111, "metadata": "out_1"}
    echo = {"sender": {"id": "1001"}, "recipient": {"id": "5001"}, "message": value}
    holds(element(**echo), {"type": "own_echo", "thread_key": "5001", "reports_on": "m_3", "fields": {"ref": "out_1"}})


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"attachments": [piece("story_mention", url=CDN)]}, {"attachments": [{"name": None}]}),
        ({"attachments": [piece("share", url=CDN)]}, {"attachments": [{"name": None}]}),
        (
            {"text": "Bravo", "reply_to": {"story": {"id": "7", "url": CDN}}},
            {"text": "Bravo", "fields": {"story": CDN}},
        ),
        ({"is_unsupported": True}, {"text": "", "fields": {"is_unsupported": True}}),
    ],
)
def test_instagram_writes_the_same_with_kinds_of_its_own(value: dict[str, Any], expected: dict[str, Any]) -> None:
    sender = {"kind": "instagram", "address": "5001"}
    holds(message("instagram", **value), {"type": "message_received", "sender": sender, **expected})


def test_a_comment_is_public_whoever_hides_their_name() -> None:
    value = {
        "from": {"id": "77", "username": "usager"},
        "media": {"id": "9", "media_product_type": "FEED"},
        "id": "c1",
        "text": "Et la rue ?",
    }
    entry = {"id": "1002", "time": 1772442000, "changes": [{"field": "comments", "value": value}]}
    holds(
        read("meta.instagram", {"object": "instagram", "entry": [entry]}),
        {
            "type": "message_received",
            "public": True,
            "sender": {"address": "77", "display_name": "usager"},
            "thread_key": "9",
        },
    )
    feed = {
        "item": "comment",
        "verb": "add",
        "comment_id": "9_1",
        "post_id": "1001_9",
        "message": "Et la rue ?",
        "created_time": 1772442000,
    }
    entry = {"id": "1001", "time": 1772442000, "changes": [{"field": "feed", "value": feed}]}
    holds(
        read("meta.messenger", {"object": "page", "entry": [entry]}),
        {"type": "message_received", "public": True, "sender": None, "thread_key": "1001_9", "external_id": "9_1"},
    )
