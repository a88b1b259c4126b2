"""Every kind of thing WhatsApp tells, in the shape of its documentation."""

from typing import Any

import pytest

from tests.channels.kinds.reading import holds, read

WHO = {"kind": "whatsapp", "address": "33612345678", "display_name": "Usager Exemple"}
CONTACT = {"profile": {"name": "Usager Exemple"}, "wa_id": "33612345678"}
IMAGE = {"id": "1003383421387256", "mime_type": "image/jpeg", "sha256": "SfInY0gGKTsJlUWbwxC1k+FAD0FZHvzwfpvO0zX0GUI="}
OPTION = {"id": "rdv-2", "title": "Mardi 10 h", "description": "Mairie annexe"}


def told(value: dict[str, Any], field: str = "messages") -> list[dict[str, Any]]:
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550783881", "phone_number_id": "106540352242922"},
        **value,
    }
    entry = {"id": "102290129340398", "changes": [{"value": value, "field": field}]}
    return read("meta.whatsapp", {"object": "whatsapp_business_account", "entry": [entry]})


def wrote(**message: Any) -> list[dict[str, Any]]:
    base = {"from": "33612345678", "id": "wamid.1", "timestamp": "1772442000"}
    return told({"contacts": [CONTACT], "messages": [{**base, **message}]})


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ({"type": "text", "text": {"body": "Bonjour"}}, {"text": "Bonjour", "sender": WHO}),
        (
            {"type": "text", "text": {"body": "Oui"}, "context": {"from": "15550783881", "id": "wamid.0"}},
            {"text": "Oui", "in_reply_to": ["wamid.0"]},
        ),
        (
            {"type": "text", "text": {"body": "Lu"}, "context": {"forwarded": True}},
            {"text": "Lu", "in_reply_to": [], "fields": {"forwarded": True}},
        ),
        (
            {"type": "image", "image": {**IMAGE, "caption": "Le nid-de-poule"}},
            {"text": "Le nid-de-poule", "attachments": [{"content_type": "image/jpeg"}]},
        ),
        (
            {"type": "document", "document": {**IMAGE, "mime_type": "application/pdf", "filename": "devis.pdf"}},
            {"text": "", "attachments": [{"name": "devis.pdf", "content_type": "application/pdf"}]},
        ),
        (
            {"type": "audio", "audio": {**IMAGE, "mime_type": "audio/ogg; codecs=opus", "voice": True}},
            {"attachments": [{"content_type": "audio/ogg"}]},
        ),
        (
            {"type": "video", "video": {**IMAGE, "mime_type": "video/mp4"}},
            {"attachments": [{"content_type": "video/mp4"}]},
        ),
        (
            {"type": "sticker", "sticker": {**IMAGE, "mime_type": "image/webp", "animated": False}},
            {"attachments": [{"content_type": "image/webp"}]},
        ),
        (
            {
                "type": "location",
                "location": {"latitude": 48.1, "longitude": -1.6, "name": "Place", "address": "1 rue"},
            },
            {"geo": {"lat": 48.1, "lon": -1.6}, "fields": {"location": {"name": "Place", "address": "1 rue"}}},
        ),
        (
            {
                "type": "contacts",
                "contacts": [
                    {
                        "name": {"formatted_name": "A. Exemple", "first_name": "A."},
                        "phones": [{"phone": "+33 1 99 00 00 01", "type": "HOME"}],
                        "emails": [{"email": "a@example.fr", "type": "WORK"}],
                    }
                ],
            },
            {"text": "A. Exemple (+33 1 99 00 00 01, a@example.fr)"},
        ),
        (
            {"type": "interactive", "interactive": {"type": "list_reply", "list_reply": OPTION}},
            {"text": "Mardi 10 h", "fields": {"payload": "rdv-2"}},
        ),
        (
            {
                "type": "interactive",
                "interactive": {"type": "button_reply", "button_reply": {"id": "oui", "title": "Oui"}},
            },
            {"text": "Oui", "fields": {"payload": "oui"}},
        ),
        (
            {
                "type": "interactive",
                "interactive": {
                    "type": "nfm_reply",
                    "nfm_reply": {"name": "flow", "body": "Sent", "response_json": '{"rue":"Lilas"}'},
                },
            },
            {"text": "Sent", "fields": {"answers": {"rue": "Lilas"}}},
        ),
        (
            {"type": "button", "button": {"payload": "confirmer", "text": "Je confirme"}},
            {"text": "Je confirme", "fields": {"payload": "confirmer"}},
        ),
        (
            {
                "type": "order",
                "order": {
                    "catalog_id": "1",
                    "text": "Pour lundi",
                    "product_items": [
                        {"product_retailer_id": "sac", "quantity": 2, "item_price": 1, "currency": "EUR"}
                    ],
                },
            },
            {"text": "Pour lundi\n2 × sac"},
        ),
        (
            {
                "type": "text",
                "text": {"body": "Vu votre affiche"},
                "referral": {"source_url": "https://fb.example/ad", "source_type": "ad", "source_id": "9"},
            },
            {"text": "Vu votre affiche", "fields": {"advert": "https://fb.example/ad"}},
        ),
    ],
)
def test_what_a_person_sends_is_a_message(message: dict[str, Any], expected: dict[str, Any]) -> None:
    holds(
        wrote(**message),
        {"type": "message_received", "external_id": "wamid.1", "account": "106540352242922", **expected},
    )


def test_what_whatsapp_does_not_pass_on_is_a_message_all_the_same() -> None:
    error = {
        "code": 131051,
        "title": "Message type unknown",
        "error_data": {"details": "Message type is not supported"},
    }
    (event,) = wrote(type="unsupported", errors=[error])
    assert (event["type"], event["text"], "not supported" in event["warnings"][0]) == ("message_received", "", True)


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ({"type": "request_welcome"}, "opened the conversation"),
        ({"type": "reaction", "reaction": {"message_id": "wamid.0", "emoji": "👍"}}, "reaction"),
        ({"type": "reaction", "reaction": {"message_id": "wamid.0"}}, "reaction"),
        (
            {
                "type": "interactive",
                "interactive": {"type": "call_permission_reply", "call_permission_reply": {"response": "accept"}},
            },
            "being called",
        ),
        (
            {"type": "system", "system": {"type": "user_changed_number", "wa_id": "33700000000", "body": "changed"}},
            "changed",
        ),
        ({"type": "text", "group_id": "g", "text": {"body": "Bonjour tous"}}, "group"),
    ],
)
def test_what_says_nothing_to_the_town_opens_no_request(message: dict[str, Any], reason: str) -> None:
    (event,) = wrote(**message)
    assert (event["type"], reason in event["reason"]) == ("ignored", True)


def test_an_edit_and_a_withdrawal_name_the_message_they_change() -> None:
    changed = {"original_message_id": "wamid.0", "message": {"type": "text", "text": {"body": "Mardi"}}}
    holds(
        wrote(type="edit", edit=changed),
        {
            "type": "message_edited",
            "reports_on": "wamid.0",
            "external_id": "wamid.0",
            "text": "Mardi",
            "event_key": "wamid.1",
        },
    )
    holds(
        wrote(type="revoke", revoke={"original_message_id": "wamid.0"}),
        {"type": "message_deleted", "reports_on": "wamid.0", "event_key": "wamid.1"},
    )


@pytest.mark.parametrize(
    ("status", "known"),
    [
        ("sent", "sent"),
        ("delivered", "delivered"),
        ("read", "read"),
        ("played", "read"),
        ("failed", "failed"),
        ("deleted", None),
    ],
)
def test_receipts_name_our_message(status: str, known: str | None) -> None:
    said = {"id": "wamid.9", "status": status, "timestamp": "1772442000", "recipient_id": "33612345678"}
    (event,) = told({"statuses": [said]})
    assert (event["status"], event["reports_on"], event["event_key"]) == (known, "wamid.9", f"wamid.9:{status}")
    assert event["type"] == ("delivery_update" if known else "ignored")


def test_a_closed_window_says_its_code() -> None:
    error = {
        "code": 131047,
        "title": "Re-engagement message",
        "error_data": {"details": "More than 24 hours have passed"},
    }
    said = {
        "id": "wamid.9",
        "status": "failed",
        "timestamp": "1772442000",
        "recipient_id": "33612345678",
        "errors": [error],
    }
    holds(
        told({"statuses": [said]}),
        {
            "type": "delivery_update",
            "status": "failed",
            "fields": {"error_code": "131047"},
            "reason": "More than 24 hours have passed",
        },
    )


@pytest.mark.parametrize(
    ("field", "value", "kind"),
    [
        ("account_update", {"event": "DISABLED_UPDATE", "phone_number": "1555"}, "channel_problem"),
        ("account_alerts", {"alert_severity": "CRITICAL", "alert_type": "OBA_APPROVED"}, "channel_problem"),
        ("phone_number_quality_update", {"event": "DOWNGRADE", "current_limit": "TIER_250"}, "channel_problem"),
        ("history", {"history": [{"metadata": {"phase": 0}, "threads": []}]}, "ignored"),
        ("smb_app_state_sync", {"state_sync": [{"type": "contact"}]}, "ignored"),
        ("calls", {"calls": [{"id": "wacid.1", "event": "connect", "from": "33612345678"}]}, "ignored"),
        ("messages", {"errors": [{"code": 130429, "title": "Rate limit hit"}]}, "channel_problem"),
    ],
)
def test_what_concerns_the_account_is_for_an_administrator(field: str, value: dict[str, Any], kind: str) -> None:
    (event,) = told(value, field)
    assert event["type"] == kind


def test_what_a_colleague_writes_on_the_telephone_is_an_echo() -> None:
    said = {
        "from": "15550783881",
        "to": "33612345678",
        "id": "wamid.5",
        "timestamp": "1772442000",
        "type": "text",
        "text": {"body": "J'arrive"},
    }
    holds(
        told({"message_echoes": [said]}, "smb_message_echoes"),
        {"type": "own_echo", "text": "J'arrive", "sender": None, "thread_key": "33612345678", "external_id": "wamid.5"},
    )


def test_a_person_without_a_number_is_known_by_what_identifies_them() -> None:
    contact = {"profile": {"name": "Usager Exemple", "username": "usager"}, "user_id": "FR.123"}
    said = {
        "from_user_id": "FR.123",
        "id": "wamid.1",
        "timestamp": "1772442000",
        "type": "text",
        "text": {"body": "Bonjour"},
    }
    holds(
        told({"contacts": [contact], "messages": [said]}),
        {
            "sender": {"kind": "whatsapp_user", "address": "FR.123"},
            "thread_key": "FR.123",
            "fields": {"username": "usager"},
        },
    )
