"""WhatsApp: every type of message, the people who hide their number, receipts and troubles."""

from typing import Any

import pytest

from tests.channels import signing
from tests.channels.conftest import Parse
from tests.channels.samples import whatsapp_value

CONTACT = {"wa_id": "33612345678", "user_id": "FR.77", "profile": {"name": "Claire", "username": "@claire"}}


def _message(**said: object) -> dict[str, Any]:
    message = {"from": "33612345678", "id": "wamid.1", "timestamp": "1767610800", "type": "text", **said}
    return signing.meta(whatsapp_value(contacts=[CONTACT], messages=[message]))


def test_a_message_keeps_both_addresses_of_a_person(event_of: Parse):
    event = event_of("meta.whatsapp", _message(text={"body": "Bonjour"}))
    assert event["sender"] == {"kind": "whatsapp", "address": "33612345678", "display_name": "Claire"}
    assert event["fields"] == {"aliases": [{"kind": "whatsapp_user", "address": "FR.77"}], "username": "@claire"}
    assert (event["account"], event["thread_key"]) == ("77", "33612345678")


def test_a_person_who_hides_the_number_is_known_by_the_scoped_id(event_of: Parse):
    message = {"from_user_id": "FR.77", "id": "wamid.1", "type": "text", "text": {"body": "Bonjour"}}
    contact = {"user_id": "FR.77", "profile": {"name": "Claire"}}
    event = event_of("meta.whatsapp", signing.meta(whatsapp_value(contacts=[contact], messages=[message])))
    assert (event["sender"]["kind"], event["sender"]["address"]) == ("whatsapp_user", "FR.77")


def test_a_contact_under_another_number_lends_nothing(event_of: Parse):
    event = event_of("meta.whatsapp", _message(**{"from": "33699999999"}, text={"body": "x"}))
    assert (event["sender"]["address"], event["sender"]["display_name"], event["fields"]) == ("33699999999", None, {})


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ({"type": "button", "button": {"text": "Oui", "payload": "yes"}}, "Oui"),
        (
            {
                "type": "interactive",
                "interactive": {"type": "list_reply", "list_reply": {"id": "1", "title": "Voirie"}},
            },
            "Voirie",
        ),
        (
            {
                "type": "interactive",
                "interactive": {"type": "nfm_reply", "nfm_reply": {"body": "Envoyé", "response_json": "{"}},
            },
            "Envoyé",
        ),
        (
            {"type": "contacts", "contacts": [{"name": {"formatted_name": "Paul"}, "phones": [{"phone": "01"}]}]},
            "Paul (01)",
        ),
        ({"type": "location", "location": {"latitude": 48.1, "longitude": -1.6, "address": "rue des Lilas"}}, ""),
    ],
)
def test_what_a_message_says(said: dict[str, Any], text: str, event_of: Parse):
    event = event_of("meta.whatsapp", _message(**said))
    assert (event["type"], event["text"]) == ("message_received", text)


def test_a_picture_is_fetched_by_its_id(event_of: Parse):
    image = {"id": "55", "mime_type": "image/jpeg; x=1", "caption": "Le trou", "sha256": "x"}
    event = event_of("meta.whatsapp", _message(type="image", image=image))
    assert (event["text"], event["attachments"][0]["content_type"]) == ("Le trou", "image/jpeg")


def test_what_is_not_passed_on_is_kept_with_a_warning(event_of: Parse):
    event = event_of("meta.whatsapp", _message(type="unsupported", errors=[{"code": 131051, "title": "Unsupported"}]))
    assert event["type"] == "message_received"
    assert "Unsupported" in event["warnings"][0]


@pytest.mark.parametrize(
    ("said", "event_type", "target"),
    [
        (
            {"type": "edit", "edit": {"original_message_id": "w0", "message": {"type": "text", "text": {"body": "b"}}}},
            "message_edited",
            "w0",
        ),
        ({"type": "revoke", "revoke": {"original_message_id": "w0"}}, "message_deleted", "w0"),
        ({"type": "reaction", "reaction": {"message_id": "w0", "emoji": "👍"}}, "ignored", "w0"),
        ({"type": "system", "system": {"type": "user_changed_number", "wa_id": "33611111111"}}, "ignored", None),
        ({"group_id": "g1", "text": {"body": "x"}}, "ignored", None),
    ],
)
def test_what_is_said_of_another_message(said: dict[str, Any], event_type: str, target: str | None, event_of: Parse):
    event = event_of("meta.whatsapp", _message(**said))
    assert (event["type"], event["reports_on"], event["event_key"]) == (event_type, target, "wamid.1")


def test_a_colleague_s_phone_is_ours(event_of: Parse):
    echo = {"from": "33100000000", "to": "33612345678", "id": "w9", "type": "text", "text": {"body": "Bonjour"}}
    payload = whatsapp_value(message_echoes=[echo])
    payload["entry"][0]["changes"][0]["field"] = "smb_message_echoes"
    event = event_of("meta.whatsapp", signing.meta(payload))
    assert (event["type"], event["thread_key"]) == ("own_echo", "33612345678")


def test_a_receipt_tells_our_reference_and_the_cause(event_of: Parse):
    status = {"id": "w9", "status": "failed", "timestamp": "1767610800", "recipient_id": "33612345678"}
    error = {"code": 131047, "title": "Re-engagement message", "error_data": {"details": "more than 24 hours"}}
    event = event_of(
        "meta.whatsapp",
        signing.meta(whatsapp_value(statuses=[{**status, "errors": [error], "biz_opaque_callback_data": "out_1"}])),
    )
    assert (event["status"], event["event_key"], event["reason"]) == ("failed", "w9:failed", "more than 24 hours")
    assert event["fields"] == {"status": "failed", "error_code": "131047", "ref": "out_1"}


def test_a_trouble_of_the_account_is_for_the_administrator(event_of: Parse):
    event = event_of("meta.whatsapp", signing.meta(whatsapp_value(errors=[{"code": 0, "title": "AuthException"}])))
    assert event["type"] == "channel_problem"


def test_an_unknown_change_is_ignored(event_of: Parse):
    payload = whatsapp_value(event="x")
    payload["entry"][0]["changes"][0]["field"] = "flows"
    assert event_of("meta.whatsapp", signing.meta(payload))["reason"] == "change of flows"
