"""Telegram: private words to a bot."""

from typing import Any

import pytest

from tests.channels import signing
from tests.channels.conftest import Parse
from tests.channels.samples import telegram_update


def _update(**message: object) -> dict[str, Any]:
    return signing.telegram(telegram_update(**message))


def test_a_message_is_unique_in_its_chat(event_of: Parse):
    event = event_of("telegram", _update(text="Bonjour", reply_to_message={"message_id": 6}))
    assert (event["event_key"], event["external_id"], event["thread_key"]) == ("42:7", "7", "42")
    assert event["sender"] == {"kind": "telegram", "address": "42", "display_name": "Claire Exemple"}
    assert event["in_reply_to"] == ["6"]


@pytest.mark.parametrize(
    ("said", "text", "pieces"),
    [
        ({"photo": [{"file_id": "s", "width": 10}, {"file_id": "l", "width": 90}], "caption": "Le trou"}, "Le trou", 1),
        ({"document": {"file_id": "d", "file_name": "plan.pdf", "mime_type": "application/pdf"}}, "", 1),
        ({"voice": {"file_id": "v", "duration": 3}}, "", 1),
        ({"animation": {"file_id": "a"}, "document": {"file_id": "a"}}, "", 1),
        ({"location": {"latitude": 48.1, "longitude": -1.6}}, "48.100000,-1.600000", 0),
        (
            {"venue": {"title": "Mairie", "address": "1 place", "location": {"latitude": 48.1, "longitude": -1.6}}},
            "Mairie, 1 place",
            0,
        ),
        ({"contact": {"first_name": "Paul", "phone_number": "0612345678"}}, "Paul (0612345678)", 0),
    ],
)
def test_what_a_message_carries(said: dict[str, Any], text: str, pieces: int, event_of: Parse):
    event = event_of("telegram", _update(**said))
    assert (event["type"], event["text"], len(event["attachments"])) == ("message_received", text, pieces)


def test_what_a_bot_cannot_read_is_kept_with_a_warning(event_of: Parse):
    event = event_of("telegram", _update(poll={"id": "1"}))
    assert (event["type"], len(event["warnings"])) == ("message_received", 1)


@pytest.mark.parametrize(
    ("update", "event_type"),
    [
        (telegram_update(chat={"id": -5, "type": "group"}, text="x"), "ignored"),
        (telegram_update(text="/start dossier-12"), "ignored"),
        ({"update_id": 1, "message_reaction": {}}, "ignored"),
        (
            {"update_id": 1, "edited_message": telegram_update(text="b", edit_date=1767610900)["message"]},
            "message_edited",
        ),
        ({"update_id": 1, "callback_query": {"id": "9", "from": {"id": 42}, "data": "oui"}}, "message_received"),
        (
            {
                "update_id": 1,
                "my_chat_member": {
                    "chat": {"id": 42, "type": "private"},
                    "from": {"id": 42},
                    "new_chat_member": {"status": "kicked"},
                },
            },
            "opt_out",
        ),
    ],
)
def test_every_update_has_its_event(update: dict[str, Any], event_type: str, event_of: Parse):
    assert event_of("telegram", signing.telegram(update))["type"] == event_type


def test_a_deep_link_is_kept(event_of: Parse):
    assert event_of("telegram", _update(text="/start dossier-12"))["fields"]["payload"] == "dossier-12"


@pytest.mark.parametrize("given", ["", "Secret_of-tests", "secret_of-test"])
def test_another_secret_is_refused(given: str, parse: Parse):
    sample = _update(text="x")
    sample["headers"]["X-Telegram-Bot-Api-Secret-Token"] = given
    assert parse("telegram", sample)["verified"] is False
