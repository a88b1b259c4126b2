"""Every kind of thing Telegram, Mastodon, Bluesky and X tell, in the shape of their documentation."""

import json
from typing import Any

import pytest

from tests.channels.kinds.reading import holds, read

FROM = {
    "id": 77,
    "is_bot": False,
    "first_name": "Usager",
    "last_name": "Exemple",
    "username": "usager",
    "language_code": "fr",
}
CHAT = {"id": 77, "type": "private", "first_name": "Usager"}


def telegram(kind: str = "message", /, **value: Any) -> list[dict[str, Any]]:
    base = {"message_id": 5, "from": FROM, "chat": CHAT, "date": 1772442000}
    return read("telegram", {"update_id": 900, kind: {**base, **value}})


def file(**more: Any) -> dict[str, Any]:
    return {"file_id": "F1", "file_unique_id": "U1", "file_size": 2048, **more}


LINKED = [{"type": "text_link", "offset": 0, "length": 3, "url": "https://ville.example.fr/p"}]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (
            {"text": "Bonjour"},
            {"text": "Bonjour", "sender": {"kind": "telegram", "address": "77", "display_name": "Usager Exemple"}},
        ),
        ({"text": "ici", "entities": LINKED}, {"text": "ici\n\nhttps://ville.example.fr/p"}),
        ({"text": "Oui", "reply_to_message": {"message_id": 4, "chat": CHAT, "date": 1}}, {"in_reply_to": ["4"]}),
        (
            {
                "photo": [{"file_id": "s", "width": 90, "height": 90}, {"file_id": "L", "width": 800, "height": 800}],
                "caption": "Le trou",
                "media_group_id": "g",
            },
            {"text": "Le trou", "attachments": [{"content_type": "image/jpeg"}], "fields": {"media_group_id": "g"}},
        ),
        (
            {"document": file(file_name="devis.pdf", mime_type="application/pdf")},
            {"attachments": [{"name": "devis.pdf", "size": 2048}]},
        ),
        (
            {"animation": file(mime_type="video/mp4"), "document": file(mime_type="video/mp4")},
            {"attachments": [{"content_type": "video/mp4"}]},
        ),
        ({"voice": file(duration=3)}, {"attachments": [{"content_type": "audio/ogg"}]}),
        ({"video_note": file(length=240, duration=3)}, {"attachments": [{"content_type": "video/mp4"}]}),
        ({"sticker": file(emoji="👍")}, {"attachments": [{"content_type": "image/webp"}]}),
        (
            {"location": {"latitude": 48.1, "longitude": -1.6}},
            {"geo": {"lat": 48.1, "lon": -1.6}, "text": "48.100000,-1.600000"},
        ),
        (
            {
                "venue": {"location": {"latitude": 48.1, "longitude": -1.6}, "title": "Mairie", "address": "1 place"},
                "location": {"latitude": 48.1, "longitude": -1.6},
            },
            {"text": "Mairie, 1 place"},
        ),
        ({"contact": {"phone_number": "+33199000001", "first_name": "A."}}, {"text": "A. (+33199000001)"}),
        (
            {"poll": {"id": "1", "question": "Quand ?", "options": []}},
            {"text": "", "warnings": ["Telegram does not pass a poll on to a bot"]},
        ),
        ({"web_app_data": {"data": "{}", "button_text": "Signaler"}}, {"text": "{}"}),
        ({"text": "STOP voirie"}, {"text": "STOP voirie"}),
    ],
)
def test_what_a_person_sends_to_the_bot_is_a_message(value: dict[str, Any], expected: dict[str, Any]) -> None:
    holds(telegram(**value), {"type": "message_received", "event_key": "77:5", "thread_key": "77", **expected})


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (
            "message",
            {"pinned_message": {"message_id": 1, "chat": CHAT, "date": 1}},
            {"type": "ignored", "reason": "pinned_message"},
        ),
        ("message", {"message_auto_delete_timer_changed": {"message_auto_delete_time": 86400}}, {"type": "ignored"}),
        ("message", {"write_access_allowed": {"web_app_name": "x"}}, {"type": "ignored"}),
        ("message", {"text": "/start affiche"}, {"type": "ignored", "fields": {"payload": "affiche"}}),
        ("message", {"chat": {"id": -1, "type": "group", "title": "Quartier"}, "text": "Bonjour"}, {"type": "ignored"}),
        (
            "edited_message",
            {"text": "Mardi", "edit_date": 1772442060},
            {"type": "message_edited", "reports_on": "5", "text": "Mardi"},
        ),
        (
            "edited_message",
            {"location": {"latitude": 48.1, "longitude": -1.6, "live_period": 900}, "edit_date": 1772442060},
            {"type": "ignored", "reason": "a live location moved"},
        ),
        ("business_message", {"business_connection_id": "b", "text": "Bonjour"}, {"type": "message_received"}),
        (
            "channel_post",
            {"chat": {"id": -2, "type": "channel", "title": "Infos"}, "text": "Info"},
            {"type": "ignored"},
        ),
    ],
)
def test_every_other_message_of_telegram_is_what_it_is(
    kind: str, value: dict[str, Any], expected: dict[str, Any]
) -> None:
    holds(telegram(kind, **value), expected)


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (
            "callback_query",
            {
                "id": "c1",
                "from": FROM,
                "message": {"message_id": 4, "chat": CHAT, "date": 1},
                "chat_instance": "i",
                "data": "oui",
            },
            {"type": "message_received", "text": "oui", "in_reply_to": ["4"]},
        ),
        (
            "my_chat_member",
            {
                "chat": CHAT,
                "from": FROM,
                "date": 1772442000,
                "old_chat_member": {"status": "member"},
                "new_chat_member": {"status": "kicked"},
            },
            {"type": "opt_out", "sender": {"address": "77"}},
        ),
        (
            "my_chat_member",
            {"chat": CHAT, "from": FROM, "date": 1772442000, "new_chat_member": {"status": "member"}},
            {"type": "ignored"},
        ),
        (
            "message_reaction",
            {"chat": CHAT, "message_id": 4, "user": FROM, "date": 1, "new_reaction": []},
            {"type": "ignored"},
        ),
        ("poll_answer", {"poll_id": "1", "user": FROM, "option_ids": [0]}, {"type": "ignored"}),
        (
            "deleted_business_messages",
            {"business_connection_id": "b", "chat": CHAT, "message_ids": [4]},
            {"type": "ignored"},
        ),
        ("inline_query", {"id": "q", "from": FROM, "query": "x", "offset": ""}, {"type": "ignored"}),
        ("chat_join_request", {"chat": {"id": -1, "type": "channel"}, "from": FROM, "date": 1}, {"type": "ignored"}),
    ],
)
def test_every_other_update_of_telegram_is_what_it_is(
    kind: str, value: dict[str, Any], expected: dict[str, Any]
) -> None:
    holds(
        read("telegram", {"update_id": 900, kind: value}),
        {"event_key": "callback:c1" if kind == "callback_query" else "update:900", **expected},
    )


ACCOUNT = {
    "id": "31",
    "username": "usager",
    "acct": "usager@social.example",
    "display_name": "Usager",
    "bot": False,
    "url": "https://social.example/@usager",
}
STATUS = {
    "id": "110",
    "created_at": "2026-03-02T09:00:00.000Z",
    "visibility": "direct",
    "spoiler_text": "",
    "content": "<p>Bonjour</p>",
    "account": ACCOUNT,
    "media_attachments": [],
    "mentions": [],
}


@pytest.mark.parametrize(
    ("kind", "status", "expected"),
    [
        (
            "mention",
            {},
            {"type": "message_received", "text": "Bonjour", "public": False, "thread_key": "usager@social.example"},
        ),
        ("mention", {"visibility": "public"}, {"type": "message_received", "public": True, "thread_key": None}),
        ("mention", {"visibility": "private"}, {"type": "message_received", "public": False}),
        ("mention", {"spoiler_text": "Voirie"}, {"text": "Voirie\n\nBonjour"}),
        (
            "mention",
            {"content": "<p>Quand ?</p>", "poll": {"id": "1", "options": [{"title": "Mardi"}, {"title": "Jeudi"}]}},
            {"text": "Quand ?\n\n- Mardi\n- Jeudi"},
        ),
        (
            "mention",
            {"media_attachments": [{"id": "1", "type": "image", "url": "https://social.example/m.png"}]},
            {"attachments": [{"content_type": "image/*"}]},
        ),
        ("mention", {"in_reply_to_id": "109"}, {"in_reply_to": ["109"]}),
        ("quote", {"visibility": "public"}, {"type": "message_received", "public": True}),
        ("update", {"edited_at": "2026-03-02T09:05:00.000Z"}, {"type": "message_edited", "reports_on": "110"}),
        ("favourite", {}, {"type": "ignored"}),
        ("reblog", {}, {"type": "ignored"}),
        ("status", {}, {"type": "ignored"}),
        ("poll", {}, {"type": "ignored"}),
    ],
)
def test_every_kind_of_notification_of_mastodon(kind: str, status: dict[str, Any], expected: dict[str, Any]) -> None:
    holds(
        read(
            "mastodon",
            {
                "id": "7",
                "type": kind,
                "created_at": "2026-03-02T09:00:00Z",
                "account": ACCOUNT,
                "status": {**STATUS, **status},
            },
        ),
        expected,
    )


def test_a_warning_of_the_moderators_is_for_an_administrator() -> None:
    warning = {
        "id": "1",
        "action": "silence",
        "text": "Trop de messages",
        "status_ids": [],
        "created_at": "2026-03-02T09:00:00Z",
    }
    holds(
        read("mastodon", {"id": "8", "type": "moderation_warning", "moderation_warning": warning}),
        {"type": "channel_problem"},
    )
    holds(read("mastodon", {"id": "9", "type": "follow", "account": ACCOUNT}), {"type": "ignored"})
    holds(
        read("mastodon", {"stream": ["user"], "event": "delete", "payload": "110"}),
        {"type": "message_deleted", "reports_on": "110"},
    )
    holds(read("mastodon", {"stream": ["user"], "event": "announcement", "payload": "{}"}), {"type": "ignored"})
    holds(
        read("mastodon", {"stream": ["user"], "event": "status.update", "payload": json.dumps(STATUS)}),
        {"type": "message_edited"},
    )


AUTHOR = {"did": "did:plc:usager", "handle": "usager.example", "displayName": "Usager"}
POST: dict[str, Any] = {"$type": "app.bsky.feed.post", "text": "Et la rue ?", "createdAt": "2026-03-02T09:00:00Z"}
BLOB = {"$type": "blob", "ref": {"$link": "bafk1"}, "mimeType": "image/png", "size": 9}
LINK = [
    {
        "index": {"byteStart": 0, "byteEnd": 3},
        "features": [{"$type": "app.bsky.richtext.facet#link", "uri": "https://ville.example.fr/p"}],
    }
]


@pytest.mark.parametrize(
    ("reason", "record", "expected"),
    [
        (
            "mention",
            {},
            {
                "type": "message_received",
                "text": "Et la rue ?",
                "public": True,
                "sender": {"address": "did:plc:usager"},
            },
        ),
        (
            "reply",
            {"reply": {"root": {"uri": "at://r", "cid": "c"}, "parent": {"uri": "at://p", "cid": "c"}}},
            {"thread_key": "at://r", "in_reply_to": ["at://p"]},
        ),
        (
            "quote",
            {"embed": {"$type": "app.bsky.embed.record", "record": {"uri": "at://q", "cid": "c"}}},
            {"type": "message_received"},
        ),
        (
            "mention",
            {"embed": {"$type": "app.bsky.embed.images", "images": [{"alt": "", "image": BLOB}]}},
            {"attachments": [{"content_type": "image/png"}]},
        ),
        (
            "quote",
            {"embed": {"$type": "app.bsky.embed.recordWithMedia", "media": {"images": [{"alt": "", "image": BLOB}]}}},
            {"attachments": [{"content_type": "image/png"}]},
        ),
        (
            "mention",
            {"embed": {"$type": "app.bsky.embed.video", "video": {**BLOB, "mimeType": "video/mp4"}}},
            {"attachments": [{"content_type": "video/mp4"}]},
        ),
        ("mention", {"text": "ici", "facets": LINK}, {"text": "ici\n\nhttps://ville.example.fr/p"}),
        (
            "mention",
            {
                "text": "Voyez",
                "embed": {
                    "$type": "app.bsky.embed.external",
                    "external": {"uri": "https://ville.example.fr/q", "title": "Q"},
                },
            },
            {"text": "Voyez\n\nhttps://ville.example.fr/q"},
        ),
        ("like", {}, {"type": "ignored", "text": None}),
        ("follow", {}, {"type": "ignored"}),
        ("repost", {}, {"type": "ignored"}),
        ("starterpack-joined", {}, {"type": "ignored"}),
    ],
)
def test_every_kind_of_notification_of_bluesky(reason: str, record: dict[str, Any], expected: dict[str, Any]) -> None:
    one = {
        "uri": "at://did:plc:usager/app.bsky.feed.post/1",
        "cid": "c1",
        "author": AUTHOR,
        "reason": reason,
        "record": {**POST, **record},
        "isRead": False,
        "indexedAt": "2026-03-02T09:00:01Z",
    }
    holds(read("bluesky", {"notifications": [one]}), expected)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("logCreateMessage", {"type": "message_received", "text": "Bonjour", "thread_key": "convo1"}),
        ("logDeleteMessage", {"type": "message_deleted", "reports_on": "m1"}),
        ("logReadMessage", {"type": "ignored"}),
        ("logBeginConvo", {"type": "ignored"}),
        ("logAddReaction", {"type": "ignored"}),
    ],
)
def test_every_kind_of_line_of_bluesky_s_chat(kind: str, expected: dict[str, Any]) -> None:
    message = {
        "id": "m1",
        "rev": "2",
        "text": "Bonjour",
        "sender": {"did": "did:plc:usager"},
        "sentAt": "2026-03-02T09:00:00Z",
    }
    log = {"$type": f"chat.bsky.convo.defs#{kind}", "rev": "2", "convoId": "convo1", "message": message}
    holds(read("bluesky", {"logs": [log]}), expected)


def x(kind: str, **payload: Any) -> list[dict[str, Any]]:
    includes = {
        "users": [{"id": "77", "name": "Usager", "username": "usager"}],
        "media": [{"media_key": "3_1", "type": "photo", "url": "https://pbs.example/m.jpg"}],
    }
    data = {
        "event_uuid": "e1",
        "event_type": kind,
        "filter": {"user_id": "1"},
        "tag": "t",
        "payload": payload,
        "includes": includes,
    }
    return read("x", {"data": data})


DM = {"type": "message_create", "id": "d1", "created_timestamp": "1772442000000"}


@pytest.mark.parametrize(
    ("kind", "payload", "expected"),
    [
        (
            "post.mention.create",
            {
                "id": "9",
                "text": "Et la rue ?",
                "author_id": "77",
                "conversation_id": "8",
                "created_at": "2026-03-02T09:00:00.000Z",
            },
            {"type": "message_received", "public": True, "sender": {"address": "77", "display_name": "Usager"}},
        ),
        (
            "post.mention.create",
            {"id": "9", "text": "Long…", "note_tweet": {"text": "Long, et tout entier"}, "author_id": "77"},
            {"text": "Long, et tout entier"},
        ),
        (
            "post.mention.create",
            {"id": "9", "text": "Vu", "author_id": "77", "attachments": {"media_keys": ["3_1"]}},
            {"attachments": [{"content_type": "image/jpeg"}]},
        ),
        (
            "post.mention.create",
            {"id": "10", "text": "Mardi", "author_id": "77", "edit_history_tweet_ids": ["9", "10"]},
            {"type": "message_edited", "reports_on": "9"},
        ),
        (
            "dm.received",
            {
                "direct_message_events": [
                    {
                        **DM,
                        "message_create": {
                            "target": {"recipient_id": "1"},
                            "sender_id": "77",
                            "message_data": {"text": "Bonjour"},
                        },
                    }
                ]
            },
            {"type": "message_received", "text": "Bonjour", "public": False, "thread_key": "77"},
        ),
        (
            "dm.sent",
            {
                "direct_message_events": [
                    {
                        **DM,
                        "message_create": {
                            "target": {"recipient_id": "77"},
                            "sender_id": "1",
                            "message_data": {"text": "Bonjour"},
                        },
                    }
                ]
            },
            {"type": "own_echo", "thread_key": "77"},
        ),
        (
            "dm.read",
            {"direct_message_mark_read_events": [{"created_timestamp": "1772442000000", "sender_id": "77"}]},
            {"type": "ignored"},
        ),
        ("dm.indicate_typing", {"direct_message_indicate_typing_events": [{"sender_id": "77"}]}, {"type": "ignored"}),
        (
            "chat.received",
            {"id": "c1", "sender_id": "77", "conversation_id": "1-77", "created_at_msec": "1772442000000"},
            {"type": "message_received", "text": None, "warnings": ["end-to-end encrypted: it can only be read on X"]},
        ),
        ("follow.follow", {"source": {"id": "77"}}, {"type": "ignored"}),
        ("oauth.revoke", {"user_id": "1"}, {"type": "channel_problem"}),
    ],
)
def test_every_kind_of_activity_of_x(kind: str, payload: dict[str, Any], expected: dict[str, Any]) -> None:
    holds(x(kind, **payload), {"account": "1", **expected})
