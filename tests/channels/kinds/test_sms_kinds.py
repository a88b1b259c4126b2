"""Every kind of thing the providers of SMS tell, in the shape of their documentation."""

from typing import Any

import pytest

from tests.channels.kinds.reading import holds, read

SID = "SM0123456789abcdef0123456789abcdef"
PERSON = {"kind": "phone", "address": "+33612345678"}


def twilio(**form: str) -> list[dict[str, Any]]:
    return read(
        "sms.twilio",
        {"MessageSid": SID, "AccountSid": "AC1", "From": "+33612345678", "To": "+33700000000", **form},
        form=True,
    )


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({"Body": "Bonjour", "SmsStatus": "received"}, {"text": "Bonjour", "sender": PERSON}),
        (
            {"Body": "", "NumMedia": "1", "MediaUrl0": "https://api.twilio.com/m/1", "MediaContentType0": "image/jpeg"},
            {"text": "", "attachments": [{"content_type": "image/jpeg"}]},
        ),
        (
            {
                "From": "whatsapp:+33612345678",
                "ProfileName": "Usager",
                "WaId": "33612345678",
                "Body": "Oui",
                "ButtonText": "Oui",
                "ButtonPayload": "o",
            },
            {"sender": {"kind": "whatsapp", "address": "33612345678"}, "fields": {"ButtonPayload": "o"}},
        ),
        (
            {
                "From": "whatsapp:+33612345678",
                "Body": "Mardi",
                "ListId": "2",
                "ListTitle": "Mardi",
                "MessageType": "interactive",
            },
            {"text": "Mardi", "fields": {"ListId": "2", "ListTitle": "Mardi"}},
        ),
        (
            {
                "From": "whatsapp:+33612345678",
                "Body": "Et ceci",
                "OriginalRepliedMessageSid": "SM9",
                "OriginalRepliedMessageSender": "whatsapp:+337",
            },
            {"in_reply_to": ["SM9"]},
        ),
        (
            {
                "From": "whatsapp:+33612345678",
                "Latitude": "48.1",
                "Longitude": "-1.6",
                "Address": "1 rue",
                "Label": "Place",
                "MessageType": "location",
            },
            {"geo": {"lat": 48.1, "lon": -1.6}, "fields": {"Address": "1 rue", "Label": "Place"}},
        ),
        (
            {"From": "messenger:5001", "To": "messenger:1001", "Body": "Bonjour"},
            {"sender": {"kind": "messenger", "address": "5001"}},
        ),
        ({"From": "rcs:+33612345678", "To": "rcs:ville_agent", "Body": "Bonjour"}, {"sender": PERSON}),
        ({"From": "36105", "Body": "Info"}, {"sender": {"kind": "sender_name", "address": "36105"}}),
    ],
)
def test_what_comes_through_twilio_is_a_message(form: dict[str, str], expected: dict[str, Any]) -> None:
    holds(twilio(**form), {"type": "message_received", "external_id": SID, "account": "AC1", **expected})


@pytest.mark.parametrize(
    ("status", "known"),
    [
        ("queued", "accepted"),
        ("sent", "sent"),
        ("delivered", "delivered"),
        ("read", "read"),
        ("undelivered", "failed"),
        ("failed", "failed"),
    ],
)
def test_twilio_s_receipts(status: str, known: str) -> None:
    holds(twilio(MessageStatus=status), {"type": "delivery_update", "status": known, "reports_on": SID})


@pytest.mark.parametrize("form", [{"MessageStatus": "delivery_unknown"}, {"MessageStatus": "partially_delivered"}])
def test_a_state_that_twilio_does_not_know_itself_changes_nothing(form: dict[str, str]) -> None:
    (event,) = twilio(**form)
    assert event["type"] == "ignored"


def test_twilio_says_itself_that_a_person_stops() -> None:
    holds(twilio(Body="STOP", OptOutType="STOP"), {"type": "message_received"}, {"type": "opt_out", "sender": PERSON})


VONAGE = {"to": "33700000000", "from": "33612345678", "message_uuid": "u-1", "timestamp": "2026-03-02T09:00:00Z"}
URL = "https://api.nexmo.com/v3/media/1"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            {
                "channel": "sms",
                "message_type": "text",
                "text": "Bonjour",
                "sms": {"num_messages": "1", "keyword": "BONJOUR"},
            },
            {"text": "Bonjour", "sender": PERSON, "fields": {"keyword": "BONJOUR"}},
        ),
        (
            {"channel": "mms", "message_type": "image", "image": {"url": URL, "name": "a.jpg", "caption": "Le trou"}},
            {"text": "Le trou", "attachments": [{"name": "a.jpg"}]},
        ),
        (
            {
                "channel": "mms",
                "message_type": "content",
                "content": [{"type": "image", "url": URL}, {"type": "vcard", "url": URL}],
            },
            {"attachments": [{"content_type": "image/*"}, {"content_type": "text/vcard"}]},
        ),
        (
            {"channel": "mms", "message_type": "vcard", "vcard": {"url": URL}},
            {"attachments": [{"content_type": "text/vcard"}]},
        ),
        (
            {"channel": "whatsapp", "message_type": "sticker", "sticker": {"url": URL}, "profile": {"name": "Usager"}},
            {"attachments": [{"content_type": "image/webp"}], "sender": {"kind": "whatsapp", "display_name": "Usager"}},
        ),
        (
            {
                "channel": "whatsapp",
                "message_type": "location",
                "location": {"lat": 48.1, "long": -1.6, "name": "Place", "address": "1 rue"},
            },
            {"geo": {"lat": 48.1, "lon": -1.6}, "text": "Place, 1 rue"},
        ),
        (
            {
                "channel": "whatsapp",
                "message_type": "reply",
                "reply": {"id": "2", "title": "Mardi", "description": "10 h"},
            },
            {"text": "Mardi", "fields": {"payload": "2"}},
        ),
        (
            {
                "channel": "whatsapp",
                "message_type": "button",
                "button": {"payload": "o", "text": "Oui"},
                "context": {"message_uuid": "u-0"},
            },
            {"text": "Oui", "fields": {"payload": "o"}, "in_reply_to": ["u-0"]},
        ),
        (
            {
                "channel": "whatsapp",
                "message_type": "order",
                "order": {"catalog_id": "1", "product_items": [{"product_retailer_id": "sac", "quantity": "2"}]},
            },
            {"text": "2 × sac"},
        ),
        (
            {
                "channel": "whatsapp",
                "message_type": "contact",
                "contacts": [{"name": {"formatted_name": "A. Exemple"}}],
            },
            {"text": "A. Exemple"},
        ),
        (
            {"channel": "whatsapp", "message_type": "unsupported"},
            {"text": "", "warnings": ["Vonage does not pass on what was sent"]},
        ),
        (
            {"channel": "messenger", "message_type": "text", "text": "Bonjour", "from": "0123456789"},
            {"sender": {"kind": "messenger", "address": "0123456789"}},
        ),
        ({"channel": "viber_service", "message_type": "text", "text": "Bonjour"}, {"sender": PERSON}),
        ({"channel": "rcs", "message_type": "text", "text": "Bonjour"}, {"sender": PERSON}),
    ],
)
def test_what_comes_through_the_messages_of_vonage_is_a_message(body: dict[str, Any], expected: dict[str, Any]) -> None:
    holds(read("sms.vonage", {**VONAGE, **body}), {"type": "message_received", "external_id": "u-1", **expected})


def test_the_first_version_of_vonage_s_messages_names_the_network_of_each_party() -> None:
    content = {"type": "image", "image": {"url": URL, "caption": "Le trou"}}
    body = {
        "message_uuid": "u-1",
        "from": {"type": "messenger", "id": "5001"},
        "to": {"type": "messenger", "id": "1001"},
        "message": {"content": content},
    }
    holds(
        read("sms.vonage", body),
        {
            "sender": {"kind": "messenger", "address": "5001"},
            "text": "Le trou",
            "attachments": [{"content_type": "image/*"}],
        },
    )


@pytest.mark.parametrize(
    ("status", "known"),
    [
        ("submitted", "accepted"),
        ("delivered", "delivered"),
        ("read", "read"),
        ("rejected", "failed"),
        ("undeliverable", "failed"),
    ],
)
def test_vonage_s_receipts_name_the_person_and_the_reason(status: str, known: str) -> None:
    error = {"type": "https://developer.vonage.com/api-errors/messages#1320", "title": 1320, "detail": "Undeliverable"}
    body = {
        **VONAGE,
        "from": "33700000000",
        "to": "33612345678",
        "channel": "sms",
        "status": status,
        "error": error,
        "client_ref": "out_1",
    }
    holds(
        read("sms.vonage", body),
        {
            "type": "delivery_update",
            "status": known,
            "recipients": [PERSON],
            "fields": {"ref": "out_1", "error_code": "1320"},
        },
    )


@pytest.mark.parametrize(
    ("channel_type", "body", "form", "expected"),
    [
        (
            "sms.ovh",
            {
                "id": 7,
                "sender": "+33612345678",
                "message": "Bonjour",
                "creationDatetime": "2026-03-02T10:00:00+01:00",
                "tag": "t",
            },
            False,
            {"text": "Bonjour", "sender": PERSON, "occurred_at": "2026-03-02T09:00:00Z"},
        ),
        (
            "sms.ovh",
            {"numero": "0033612345678", "text": "Bonjour", "date": "20260302100000"},
            True,
            {"text": "Bonjour", "sender": PERSON, "occurred_at": "2026-03-02T09:00:00Z"},
        ),
        (
            "sms.brevo",
            {
                "to": "33612345678",
                "messageId": 26,
                "reply": "Bonjour",
                "msg_status": "replied",
                "ts_event": 1772442000,
                "date": "2026-03-02 10:00:00",
            },
            False,
            {"text": "Bonjour", "sender": PERSON},
        ),
        (
            "sms.smsmode",
            {
                "messageId": "m1",
                "direction": "MO",
                "from": "33612345678",
                "recipient": {"to": "36034"},
                "body": {"text": "Bonjour"},
                "sentDate": "2026-03-02T10:00:00",
            },
            False,
            {"text": "Bonjour", "sender": PERSON, "occurred_at": "2026-03-02T09:00:00Z"},
        ),
        (
            "sms.mtarget",
            {"MsgId": "m1", "Msisdn": "+33612345678", "Content": "Bonjour", "Keyword": "Default"},
            True,
            {"text": "Bonjour", "sender": PERSON},
        ),
        (
            "sms.highconnection",
            {
                "ID": "m1",
                "FROM": "+33612345678",
                "TO": "36105",
                "MESSAGE": "Bonjour",
                "RECEPTION_DATE": "2026-03-02T09:00:00",
            },
            True,
            {"text": "Bonjour", "sender": PERSON},
        ),
    ],
)
def test_what_comes_through_the_others_is_a_message(
    channel_type: str, body: dict[str, Any], form: bool, expected: dict[str, Any]
) -> None:
    holds(read(channel_type, body, form=form), {"type": "message_received", **expected})


@pytest.mark.parametrize(
    ("channel_type", "body", "form", "expected"),
    [
        (
            "sms.brevo",
            {"to": "33612345678", "messageId": 26, "msg_status": "delivered", "ts_event": 1772442000},
            False,
            {"status": "delivered", "reports_on": "26"},
        ),
        (
            "sms.brevo",
            {"to": "33612345678", "messageId": 26, "msg_status": "softBounce", "description": "absent"},
            False,
            {"status": "sent"},
        ),
        ("sms.brevo", {"to": "33612345678", "messageId": 26, "msg_status": "hardBounce"}, False, {"status": "failed"}),
        (
            "sms.smsmode",
            {
                "messageId": "m1",
                "status": {"value": "DELIVERED", "deliveryDate": "2026-03-02T10:00:00"},
                "refClient": "out_1",
            },
            False,
            {"status": "delivered", "fields": {"ref": "out_1"}},
        ),
        (
            "sms.smsmode",
            {"messageId": "m1", "status": {"value": "UNDELIVERABLE", "detail": "absent"}},
            False,
            {"status": "failed", "reason": "absent"},
        ),
        ("sms.mtarget", {"MsgId": "m1", "Status": "3"}, True, {"status": "delivered", "reports_on": "m1"}),
        (
            "sms.highconnection",
            {"ret_id": "out_1", "status": "6"},
            True,
            {"status": "delivered", "fields": {"ref": "out_1"}},
        ),
        (
            "sms.ovh",
            {"id": "7", "ptt": "4", "description": "1", "descriptionDlr": "Delivered"},
            True,
            {"status": "delivered", "reports_on": "7"},
        ),
    ],
)
def test_the_receipts_of_the_others(
    channel_type: str, body: dict[str, Any], form: bool, expected: dict[str, Any]
) -> None:
    holds(read(channel_type, body, form=form), {"type": "delivery_update", **expected})


def test_a_refusal_told_by_the_operator_stops_us() -> None:
    kinds = [
        event["type"]
        for event in read(
            "sms.ovh", {"id": "7", "ptt": "53", "description": "2", "receiver": "0033612345678"}, form=True
        )
    ]
    assert kinds == ["delivery_update", "opt_out"]
    kinds = [
        event["type"]
        for event in read("sms.brevo", {"to": "33612345678", "messageId": 26, "msg_status": "unsubscribe"})
    ]
    assert kinds == ["opt_out"]
