"""Every kind of thing the providers of mail tell, in the shape of their documentation."""

import base64
import json
from typing import Any

import pytest

from tests.channels.kinds.reading import holds, read

PERSON = {"kind": "email", "address": "usager@example.org"}
FULL = {"Email": "usager@example.org", "Name": "Usager Exemple", "MailboxHash": ""}
POSTMARK: dict[str, Any] = {
    "FromName": "Usager Exemple",
    "From": "usager@example.org",
    "FromFull": FULL,
    "To": "contact+j1@inbound.example.fr",
    "ToFull": [{"Email": "contact+j1@inbound.example.fr", "Name": "", "MailboxHash": "j1"}],
    "OriginalRecipient": "contact+j1@inbound.example.fr",
    "Subject": "Voirie",
    "MessageID": "22c74902-a0c1-4511-804f-341342852c90",
    "MessageStream": "inbound",
    "MailboxHash": "j1",
    "Date": "Mon, 2 Mar 2026 10:00:00 +0100",
    "TextBody": "Un trou rue des Lilas",
    "HtmlBody": "",
    "StrippedTextReply": "",
    "Headers": [
        {"Name": "Message-ID", "Value": "<m1@example.org>"},
        {"Name": "In-Reply-To", "Value": "<m0@ville.example.fr>"},
    ],
    "Attachments": [],
}


def test_a_mail_by_postmark_is_whole() -> None:
    piece = {
        "Name": "a.txt",
        "Content": base64.b64encode(b"piece").decode(),
        "ContentType": "text/plain",
        "ContentLength": 5,
    }
    holds(
        read("email.postmark", {**POSTMARK, "Attachments": [piece]}),
        {
            "type": "message_received",
            "external_id": "<m1@example.org>",
            "sender": PERSON,
            "subject": "Voirie",
            "text": "Un trou rue des Lilas",
            "occurred_at": "2026-03-02T09:00:00Z",
            "in_reply_to": ["<m0@ville.example.fr>"],
            "attachments": [{"name": "a.txt", "size": 5}],
            "fields": {"mailbox_hash": "j1"},
        },
    )


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            {"RecordType": "Delivery", "DeliveredAt": "2026-03-02T09:00:00Z"},
            {"type": "delivery_update", "status": "delivered"},
        ),
        (
            {"RecordType": "Bounce", "Type": "HardBounce", "BouncedAt": "2026-03-02T09:00:00Z", "ID": 4},
            {"status": "bounced"},
        ),
        ({"RecordType": "Bounce", "Type": "SoftBounce", "ID": 4}, {"status": "accepted"}),
        ({"RecordType": "Bounce", "Type": "Blocked", "ID": 4}, {"status": "bounced"}),
        ({"RecordType": "Bounce", "Type": "AutoResponder", "ID": 4}, {"status": "accepted"}),
        ({"RecordType": "Bounce", "Type": "Subscribe", "ID": 4}, {"type": "ignored"}),
        ({"RecordType": "Bounce", "Type": "Unsubscribe", "ID": 4}, {"type": "opt_out"}),
        ({"RecordType": "SpamComplaint", "ID": 4}, {"type": "opt_out", "sender": PERSON}),
        ({"RecordType": "SubscriptionChange", "SuppressSending": True}, {"type": "opt_out"}),
        ({"RecordType": "SubscriptionChange", "SuppressSending": False}, {"type": "ignored"}),
        ({"RecordType": "Open", "FirstOpen": True}, {"type": "ignored"}),
        ({"RecordType": "Click", "ClickLocation": "HTML"}, {"type": "ignored"}),
    ],
)
def test_what_postmark_reports(body: dict[str, Any], expected: dict[str, Any]) -> None:
    base = {
        "MessageID": "00000000-0000-0000-0000-000000000001",
        "ServerID": 23,
        "Tag": "t",
        "Metadata": {"ref": "out_1"},
    }
    person = {"Recipient": "usager@example.org", "Email": "usager@example.org"}
    holds(read("email.postmark", {**base, **person, **body}), {"fields": {"ref": "out_1"}, "account": "23", **expected})


MAILGUN = {
    "recipient": "contact@inbound.example.fr",
    "sender": "usager@example.org",
    "subject": "Voirie",
    "from": "Usager Exemple <usager@example.org>",
    "body-plain": "Un trou rue des Lilas\n\n> hier",
    "stripped-text": "Un trou rue des Lilas",
    "stripped-signature": "",
    "message-headers": json.dumps(
        [
            ["Message-Id", "<m1@example.org>"],
            ["From", "Usager Exemple <usager@example.org>"],
            ["Date", "Mon, 2 Mar 2026 10:00:00 +0100"],
            ["Auto-Submitted", "auto-replied"],
        ]
    ),
    "timestamp": "1772442000",
    "token": "t" * 50,
    "signature": "0" * 64,
}


def test_a_mail_by_mailgun_is_whole() -> None:
    stored = json.dumps(
        [{"name": "a.pdf", "content-type": "application/pdf", "size": 9, "url": "https://api.mailgun.net/a"}]
    )
    holds(
        read("email.mailgun", {**MAILGUN, "attachments": stored}, form=True),
        {
            "type": "message_received",
            "external_id": "<m1@example.org>",
            "sender": PERSON,
            "text_new": "Un trou rue des Lilas",
            "automatic": True,
            "attachments": [{"name": "a.pdf", "size": 9}],
        },
    )
    raw = "From: usager@example.org\r\nMessage-ID: <m2@example.org>\r\nSubject: Voirie\r\n\r\nBonjour\r\n"
    mime = {name: MAILGUN[name] for name in ("recipient", "sender", "timestamp", "token", "signature")}
    holds(
        read("email.mailgun", {**mime, "body-mime": raw}, form=True),
        {"external_id": "<m2@example.org>", "text": "Bonjour\n"},
    )


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"event": "accepted"}, {"type": "delivery_update", "status": "accepted"}),
        (
            {"event": "delivered", "delivery-status": {"code": 250, "message": "OK"}},
            {"status": "delivered", "fields": {"error_code": "250"}},
        ),
        (
            {
                "event": "failed",
                "severity": "permanent",
                "reason": "bounce",
                "delivery-status": {"code": 550, "message": "5.1.1 unknown"},
            },
            {"status": "bounced", "reason": "5.1.1 unknown"},
        ),
        ({"event": "failed", "severity": "temporary", "delivery-status": {"code": 452}}, {"status": "accepted"}),
        ({"event": "rejected", "reason": "old"}, {"status": "failed"}),
        ({"event": "complained"}, {"type": "opt_out", "sender": PERSON}),
        ({"event": "unsubscribed"}, {"type": "opt_out"}),
        ({"event": "opened"}, {"type": "ignored"}),
        ({"event": "clicked", "url": "https://ville.example.fr"}, {"type": "ignored"}),
        ({"event": "stored", "storage": {"url": "https://api.mailgun.net/s", "key": "k"}}, {"type": "ignored"}),
    ],
)
def test_what_mailgun_reports(data: dict[str, Any], expected: dict[str, Any]) -> None:
    event = {
        "id": "e1",
        "timestamp": 1772442000.5,
        "recipient": "usager@example.org",
        "message": {"headers": {"message-id": "m9@ville.example.fr"}},
        "user-variables": {"ref": "out_1"},
    }
    body = {"signature": {"timestamp": "1772442000", "token": "t", "signature": "0"}, "event-data": {**event, **data}}
    holds(
        read("email.mailgun", body),
        {"event_key": "e1", "external_id": "m9@ville.example.fr", "fields": {"ref": "out_1"}, **expected},
    )


BREVO = {
    "Uuid": ["u1"],
    "MessageId": "<m1@example.org>",
    "InReplyTo": None,
    "From": {"Name": "Usager Exemple", "Address": "usager@example.org"},
    "To": [{"Name": None, "Address": "contact@inbound.example.fr"}],
    "Cc": [],
    "ReplyTo": None,
    "SentAtDate": "Mon, 2 Mar 2026 10:00:00 +0100",
    "Subject": "Voirie",
    "RawHtmlBody": "<p>Un trou</p><script>x()</script>",
    "RawTextBody": None,
    "ExtractedMarkdownMessage": "Un trou",
    "ExtractedMarkdownSignature": None,
    "SpamScore": 0.2,
    "Attachments": [
        {"Name": "a.jpg", "ContentType": "image/jpeg", "ContentLength": 9, "ContentID": "c1", "DownloadToken": "dt"}
    ],
    "Headers": {"Received": ["a", "b"], "List-Id": "<liste.example.org>"},
}


def test_mails_by_brevo_come_together_and_each_is_whole() -> None:
    second = {**BREVO, "Uuid": ["u2"], "MessageId": "<m2@example.org>", "Headers": {}, "Attachments": []}
    events = read("email.brevo", {"items": [BREVO, second]})
    first = {
        "event_key": "u1",
        "external_id": "<m1@example.org>",
        "sender": PERSON,
        "text": "Un trou",
        "automatic": True,
        "attachments": [{"name": "a.jpg", "size": 9}],
    }
    holds(events, first, {"event_key": "u2", "automatic": False})
    assert "script" not in events[0]["html"]


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ("request", {"type": "delivery_update", "status": "accepted"}),
        ("delivered", {"status": "delivered"}),
        ("soft_bounce", {"status": "accepted"}),
        ("deferred", {"status": "accepted"}),
        ("hard_bounce", {"status": "bounced", "reason": "unknown"}),
        ("invalid_email", {"status": "bounced"}),
        ("blocked", {"status": "failed"}),
        ("error", {"status": "failed"}),
        ("spam", {"type": "opt_out", "sender": PERSON}),
        ("unsubscribed", {"type": "opt_out"}),
        ("opened", {"type": "ignored"}),
        ("unique_opened", {"type": "ignored"}),
        ("proxy_open", {"type": "ignored"}),
        ("click", {"type": "ignored"}),
    ],
)
def test_what_brevo_reports(event: str, expected: dict[str, Any]) -> None:
    body = {
        "event": event,
        "email": "usager@example.org",
        "message-id": "<m9@ville.example.fr>",
        "ts_epoch": 1772442000000,
        "reason": "unknown",
        "tag": "t",
    }
    holds(
        read("email.brevo", body),
        {"external_id": "<m9@ville.example.fr>", "occurred_at": "2026-03-02T09:00:00Z", **expected},
    )


def ses(message: object, kind: str = "Notification", **more: str) -> list[dict[str, Any]]:
    envelope = {
        "Type": kind,
        "MessageId": "sns-1",
        "TopicArn": "arn:aws:sns:eu-west-3:1:t",
        "Timestamp": "2026-03-02T09:00:00.000Z",
    }
    return read(
        "email.ses", {**envelope, "Message": message if isinstance(message, str) else json.dumps(message), **more}
    )


MAIL: dict[str, Any] = {
    "timestamp": "2026-03-02T09:00:00.000Z",
    "source": "usager@example.org",
    "messageId": "ses-1",
    "destination": ["contact@ville.example.fr"],
}
RAW = "From: usager@example.org\r\nMessage-ID: <m1@example.org>\r\nSubject: Voirie\r\n\r\nUn trou\r\n"


def test_a_mail_by_amazon_is_whole_or_says_where_it_is() -> None:
    verdicts = {"spamVerdict": {"status": "PASS"}, "dkimVerdict": {"status": "FAIL"}}
    action = {"type": "SNS", "encoding": "BASE64"}
    told = {
        "notificationType": "Received",
        "mail": MAIL,
        "receipt": {**verdicts, "action": action},
        "content": base64.b64encode(RAW.encode()).decode(),
    }
    holds(
        ses(told),
        {
            "event_key": "ses-1",
            "external_id": "<m1@example.org>",
            "sender": PERSON,
            "text": "Un trou\n",
            "fields": {"dkimVerdict": "FAIL"},
        },
    )
    headers = [{"name": "From", "value": "usager@example.org"}, {"name": "Subject", "value": "Voirie"}]
    stored = {
        "notificationType": "Received",
        "mail": {**MAIL, "headers": headers},
        "receipt": {"action": {"type": "S3", "bucketName": "b", "objectKey": "k"}},
    }
    (event,) = ses(stored)
    assert (event["subject"], len(event["attachments"]), len(event["warnings"])) == ("Voirie", 1, 1)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (
            {
                "notificationType": "Delivery",
                "delivery": {"recipients": ["usager@example.org"], "timestamp": "2026-03-02T09:00:00Z"},
            },
            {"status": "delivered"},
        ),
        (
            {
                "notificationType": "Bounce",
                "bounce": {
                    "bounceType": "Permanent",
                    "bounceSubType": "General",
                    "bouncedRecipients": [{"emailAddress": "usager@example.org", "diagnosticCode": "550"}],
                },
            },
            {"status": "bounced", "reason": "550"},
        ),
        (
            {
                "notificationType": "Bounce",
                "bounce": {"bounceType": "Transient", "bouncedRecipients": [{"emailAddress": "usager@example.org"}]},
            },
            {"status": "accepted"},
        ),
        (
            {
                "notificationType": "Complaint",
                "complaint": {
                    "complainedRecipients": [{"emailAddress": "usager@example.org"}],
                    "complaintFeedbackType": "abuse",
                },
            },
            {"type": "opt_out", "sender": PERSON},
        ),
        (
            {
                "notificationType": "Complaint",
                "complaint": {
                    "complainedRecipients": [{"emailAddress": "usager@example.org"}],
                    "complaintFeedbackType": "not-spam",
                },
            },
            {"type": "ignored"},
        ),
        (
            {
                "eventType": "DeliveryDelay",
                "deliveryDelay": {
                    "delayType": "MailboxFull",
                    "delayedRecipients": [{"emailAddress": "usager@example.org", "status": "4.2.2"}],
                },
            },
            {"status": "accepted"},
        ),
        ({"eventType": "Reject", "reject": {"reason": "Bad content"}}, {"status": "failed", "reason": "Bad content"}),
        (
            {"eventType": "Subscription", "subscription": {"newTopicPreferences": {"unsubscribeAll": True}}},
            {"type": "opt_out"},
        ),
        (
            {"eventType": "Subscription", "subscription": {"newTopicPreferences": {"unsubscribeAll": False}}},
            {"type": "ignored"},
        ),
        ({"eventType": "Open", "open": {"ipAddress": "192.0.2.1"}}, {"type": "ignored"}),
        ({"eventType": "Click", "click": {"link": "https://ville.example.fr"}}, {"type": "ignored"}),
    ],
)
def test_what_amazon_reports(message: dict[str, Any], expected: dict[str, Any]) -> None:
    holds(
        ses({"mail": {**MAIL, "destination": ["usager@example.org"]}, **message}), {"external_id": "ses-1", **expected}
    )


def test_a_question_of_amazon_is_for_an_administrator() -> None:
    url = "https://sns.eu-west-3.amazonaws.com/?Action=ConfirmSubscription&Token=t"
    holds(
        ses("confirm", "SubscriptionConfirmation", SubscribeURL=url, Token="t"),
        {"type": "channel_problem", "fields": {"subscribe_url": url}},
    )
    holds(ses("Successfully validated SNS topic for Amazon SES event publishing."), {"type": "ignored"})
