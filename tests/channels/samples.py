"""One message of every channel, as its provider sends it: ours, about a town that does not exist."""

import json
from typing import Any

from tests.channels import signing
from tests.channels.authority import notification

RAW_MAIL = (
    "From: =?utf-8?q?Claire_Exemple?= <claire@example.org>\r\nTo: mairie@ville.example.fr\r\n"
    "Subject: =?utf-8?q?Lampadaire_=C3=A9teint?=\r\nMessage-ID: <m1@example.org>\r\n"
    "Date: Mon, 05 Jan 2026 09:00:00 +0100\r\nContent-Type: text/plain; charset=utf-8\r\n"
    "Content-Transfer-Encoding: 8bit\r\n\r\nLe lampadaire de la rue des Lilas est éteint.\r\n"
)


def messenger_text(text: str = "Bonjour, ma poubelle n’a pas été ramassée 🚮", *, page: str = "1001") -> dict[str, Any]:
    element = {
        "sender": {"id": "5001"},
        "recipient": {"id": page},
        "timestamp": 1767610800123,
        "message": {"mid": f"m_{page}", "text": text},
    }
    return {"object": "page", "entry": [{"id": page, "time": 1767610800123, "messaging": [element]}]}


def whatsapp_value(**value: object) -> dict[str, Any]:
    base = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "33100000000", "phone_number_id": "77"},
    }
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": "900", "changes": [{"field": "messages", "value": {**base, **value}}]}],
    }


def telegram_update(**message: object) -> dict[str, Any]:
    person = {"id": 42, "first_name": "Claire", "last_name": "Exemple", "is_bot": False}
    base = {"message_id": 7, "from": person, "chat": {"id": 42, "type": "private"}, "date": 1767610800}
    return {"update_id": 9001, "message": {**base, **message}}


def all_signed() -> dict[str, list[dict[str, Any]]]:
    """Returns, for every channel type, deliveries that verify with their secret."""
    instagram = {**messenger_text(), "object": "instagram"}
    whatsapp = whatsapp_value(
        contacts=[{"wa_id": "33612345678", "profile": {"name": "Claire"}}],
        messages=[
            {
                "from": "33612345678",
                "id": "wamid.1",
                "timestamp": "1767610800",
                "type": "text",
                "text": {"body": "Allô"},
            }
        ],
    )
    sms = {
        "MessageSid": "SM1",
        "AccountSid": "AC1",
        "From": "+33612345678",
        "To": "+33700000000",
        "Body": "Bonjour & merci",
    }
    mailgun = {**signing.mailgun_fields(), "body-mime": RAW_MAIL, "recipient": "mairie@ville.example.fr"}
    direct = {
        "id": "80",
        "created_timestamp": "1767610800000",
        "message_create": {"sender_id": "2", "target": {"recipient_id": "1"}, "message_data": {"text": "Bonjour"}},
    }
    activity = {
        "event_uuid": "u1",
        "event_type": "dm.received",
        "filter": {"user_id": "1"},
        "payload": {"direct_message_events": [direct], "users": {"2": {"data": {"name": "Claire"}}}},
    }
    status = {
        "id": "500",
        "visibility": "direct",
        "content": "<p>Bonjour</p>",
        "created_at": "2026-01-05T11:00:00.000Z",
        "account": {"id": "3", "acct": "claire@social.example.org"},
    }
    log = {
        "$type": "chat.bsky.convo.defs#logCreateMessage",
        "rev": "r1",
        "convoId": "c1",
        "message": {
            "id": "b1",
            "text": "Bonjour",
            "sender": {"did": "did:plc:claire"},
            "sentAt": "2026-01-05T11:00:00Z",
        },
    }
    abandoned = "Event: QueueCallerAbandon\r\nCallerIDNum: 0612345678\r\nLinkedid: 1.1\r\nQueue: accueil\r\nHoldTime: 30\r\n\r\n"
    received = {
        "notificationType": "Received",
        "mail": {"messageId": "ses1", "source": "claire@example.org"},
        "receipt": {"action": {"type": "SNS", "encoding": "UTF8"}},
        "content": RAW_MAIL,
    }
    return {
        "bluesky": [signing.basic({"logs": [log]})],
        "email.brevo": [
            signing.basic({"items": [{"Uuid": ["b-1"], "MessageId": "<m1@example.org>", "RawTextBody": "Bonjour"}]})
        ],
        "email.mailgun": [signing.document(signing.form(mailgun), headers=_FORM, secret="key-of-tests")],
        "email.postmark": [signing.basic({"MessageID": "p-1", "RawEmail": RAW_MAIL})],
        "email.ses": [notification(received), notification(received, version="1")],
        "http": [signing.standard_webhook(json.dumps({"external_id": "e1", "text": "Bonjour"}))],
        "mastodon": [signing.basic({"id": "1", "type": "mention", "status": status})],
        "meta.instagram": [signing.meta(instagram)],
        "meta.messenger": [signing.meta(messenger_text())],
        "meta.whatsapp": [signing.meta(whatsapp)],
        "open311": [_report()],
        "phone.asterisk": [signing.basic(abandoned)],
        "sms.brevo": [
            signing.basic({"msg_status": "delivered", "messageId": 12, "to": "33612345678", "ts_event": 1767610800})
        ],
        "sms.highconnection": [signing.basic("FROM=%2B33612345678&TO=36000&MESSAGE=%E9t%E9&ID=h1")],
        "sms.mtarget": [signing.basic("Msisdn=%2B33612345678&Content=Bonjour&MsgId=t1")],
        "sms.ovh": [signing.basic("id=o1&sender=%2B33612345678&message=Bonjour")],
        "sms.twilio": [signing.twilio(sms)],
        "sms.vonage": [
            signing.vonage({"msisdn": "33612345678", "to": "33700000000", "messageId": "v1", "text": "a=b&c"})
        ],
        "telegram": [signing.telegram(telegram_update(text="Bonjour"))],
        "webform": [signing.standard_webhook(json.dumps({"submission_id": "f1", "answers": {"message": "Bonjour"}}))],
        "x": [signing.x({"data": activity})],
    }


_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def _report() -> dict[str, Any]:
    pairs = {
        "api_key": "key-of-tests",
        "service_code": "VOIRIE",
        "lat": "48.1",
        "long": "-1.6",
        "description": "Un trou",
    }
    return signing.document(signing.form(pairs), headers=_FORM, secret="key-of-tests")
