"""Brevo, Mailgun, Postmark and SES: mails in parts or in bytes, and what became of ours."""

import json
from typing import Any

import pytest

from app.channels.adapters.mail_providers.ses import SesConfig
from app.channels.contract import Delivery
from app.channels.registry import Registry
from tests.channels import signing
from tests.channels.authority import TOPIC, notification
from tests.channels.conftest import Parse
from tests.channels.samples import RAW_MAIL

JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def _expected(event: dict[str, Any]) -> None:
    assert (event["type"], event["external_id"], event["subject"]) == (
        "message_received",
        "<m1@example.org>",
        "Lampadaire éteint",
    )
    assert event["sender"] == {"kind": "email", "address": "claire@example.org", "display_name": "Claire Exemple"}
    assert event["occurred_at"] == "2026-01-05T08:00:00Z"
    assert event["text"].strip() == "Le lampadaire de la rue des Lilas est éteint."


def test_postmark_with_the_bytes_of_the_mail(event_of: Parse):
    _expected(event_of("email.postmark", signing.document(json.dumps({"MessageID": "p", "RawEmail": RAW_MAIL}))))


def test_postmark_with_its_parts(event_of: Parse):
    document = {
        "MessageID": "p-1",
        "FromFull": {"Email": "claire@EXAMPLE.org", "Name": "Claire"},
        "ToFull": [{"Email": "mairie@ville.example.fr", "Name": ""}],
        "OriginalRecipient": "mairie+jeton@ville.example.fr",
        "MailboxHash": "jeton",
        "Subject": "Voirie",
        "Date": "Mon, 05 Jan 2026 09:00:00 +0100",
        "HtmlBody": "<p>Bonjour</p><script>x</script>",
        "Headers": [
            {"Name": "Message-ID", "Value": "<m2@example.org>"},
            {"Name": "In-Reply-To", "Value": "<o1@ville.example.fr>"},
        ],
        "Attachments": [
            {"Name": "plan.pdf", "Content": "JVBERg==", "ContentType": "application/pdf", "ContentID": "<c1>"}
        ],
    }
    event = event_of("email.postmark", signing.document(json.dumps(document)))
    assert (event["event_key"], event["external_id"], event["in_reply_to"]) == (
        "p-1",
        "<m2@example.org>",
        ["<o1@ville.example.fr>"],
    )
    assert (event["sender"]["address"], event["text"]) == ("claire@example.org", "Bonjour")
    assert "script" not in event["html"]
    assert (event["attachments"][0]["size"], event["attachments"][0]["content_id"]) == (4, "c1")
    assert event["fields"]["mailbox_hash"] == "jeton"


@pytest.mark.parametrize(
    ("document", "event_type", "status"),
    [
        ({"RecordType": "Delivery", "Recipient": "claire@example.org"}, "delivery_update", "delivered"),
        ({"RecordType": "Bounce", "Type": "HardBounce", "Email": "claire@example.org"}, "delivery_update", "bounced"),
        ({"RecordType": "Bounce", "Type": "SoftBounce", "Email": "claire@example.org"}, "delivery_update", "accepted"),
        ({"RecordType": "SpamComplaint", "Type": "SpamComplaint", "Email": "claire@example.org"}, "opt_out", None),
        (
            {"RecordType": "SubscriptionChange", "SuppressSending": True, "Recipient": "claire@example.org"},
            "opt_out",
            None,
        ),
        ({"RecordType": "Open", "Recipient": "claire@example.org"}, "ignored", None),
    ],
)
def test_what_postmark_reports(document: dict[str, Any], event_type: str, status: str | None, event_of: Parse):
    event = event_of("email.postmark", signing.document(json.dumps({"MessageID": "p-1", **document})))
    assert (event["type"], event["status"], event["reports_on"]) == (event_type, status, "p-1")
    if event_type == "opt_out":
        assert event["sender"]["address"] == "claire@example.org"


def test_mailgun_with_the_bytes_of_the_mail(parse: Parse):
    pairs = {**signing.mailgun_fields(), "body-mime": RAW_MAIL, "sender": "claire@example.org"}
    answer = parse("email.mailgun", signing.document(signing.form(pairs), headers=FORM, secret="key-of-tests"))
    assert answer["verified"] is True
    _expected(answer["events"][0])


def test_mailgun_with_its_parts_and_files(event_of: Parse):
    headers = json.dumps(
        [
            ["Message-Id", "<m3@example.org>"],
            ["From", "Claire <claire@example.org>"],
            ["Auto-Submitted", "auto-replied"],
        ]
    )
    parts = {
        "message-headers": headers,
        "body-plain": "Absente\n\n> Votre message",
        "stripped-text": "Absente",
        "content-id-map": '{"<c1>": "attachment-1"}',
    }
    body = "".join(
        f'--B\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in parts.items()
    )
    body += '--B\r\nContent-Disposition: form-data; name="attachment-1"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\nabc\r\n--B--\r\n'
    event = event_of(
        "email.mailgun", signing.document(body, headers={"Content-Type": "multipart/form-data; boundary=B"})
    )
    assert (event["external_id"], event["text_new"], event["automatic"]) == ("<m3@example.org>", "Absente", True)
    assert [(piece["name"], piece["size"], piece["content_id"]) for piece in event["attachments"]] == [
        ("a.txt", 3, "c1")
    ]


def test_mailgun_believes_the_last_of_a_repeated_field_and_no_old_signature(parse: Parse):
    pairs = [("token", "forged"), *signing.mailgun_fields().items(), ("body-mime", RAW_MAIL)]
    sample = signing.document(signing.form(pairs), headers=FORM, secret="key-of-tests")
    assert parse("email.mailgun", sample)["verified"] is True
    assert parse("email.mailgun", {**sample, "now": "2026-01-05T12:15:01Z"})["verified"] is False


@pytest.mark.parametrize(
    ("data", "event_type", "status"),
    [
        ({"event": "delivered"}, "delivery_update", "delivered"),
        ({"event": "failed", "severity": "permanent"}, "delivery_update", "bounced"),
        ({"event": "failed", "severity": "temporary"}, "delivery_update", "accepted"),
        ({"event": "complained"}, "opt_out", None),
        ({"event": "opened"}, "ignored", None),
    ],
)
def test_what_mailgun_reports(data: dict[str, Any], event_type: str, status: str | None, event_of: Parse):
    document = {
        "signature": signing.mailgun_fields(),
        "event-data": {
            "id": "ev1",
            "recipient": "claire@example.org",
            "timestamp": 1767610800.5,
            "message": {"headers": {"message-id": "o1@ville"}},
            **data,
        },
    }
    event = event_of("email.mailgun", signing.document(json.dumps(document), headers=JSON, secret="key-of-tests"))
    assert (event["type"], event["status"], event["event_key"], event["reports_on"]) == (
        event_type,
        status,
        "ev1",
        "o1@ville",
    )


def test_brevo_hands_over_a_mail_whose_pieces_are_fetched(event_of: Parse):
    item = {
        "Uuid": ["b-1"],
        "MessageId": "<m4@example.org>",
        "From": {"Name": "Claire", "Address": "claire@example.org"},
        "To": [{"Name": None, "Address": "mairie@ville.example.fr"}],
        "SentAtDate": "Mon, 05 Jan 2026 09:00:00 +0100",
        "Subject": "Voirie",
        "RawTextBody": "Bonjour",
        "Headers": {"Received": ["a", "b"], "References": "<o1@ville.example.fr>"},
        "Attachments": [
            {
                "Name": "a.txt",
                "ContentType": "text/plain",
                "ContentLength": 16,
                "ContentID": None,
                "DownloadToken": "jeton",
            }
        ],
    }
    event = event_of("email.brevo", signing.document(json.dumps({"items": [item]})))
    assert (event["event_key"], event["external_id"], event["references"]) == (
        "b-1",
        "<m4@example.org>",
        ["<o1@ville.example.fr>"],
    )
    assert (event["attachments"][0]["size"], event["attachments"][0]["sha256"]) == (16, None)


@pytest.mark.parametrize(
    ("said", "event_type", "status"),
    [("delivered", "delivery_update", "delivered"), ("soft_bounce", "delivery_update", "accepted"), ("hard_bounce", "delivery_update", "bounced"),
     ("unsubscribed", "opt_out", None), ("click", "ignored", None)],
)  # fmt: skip
def test_what_brevo_reports(said: str, event_type: str, status: str | None, event_of: Parse):
    document = {
        "event": said,
        "email": "claire@example.org",
        "message-id": "<o1@ville>",
        "ts_epoch": 1767610800018,
        "date": "2026-01-05 12:00:00",
    }
    event = event_of("email.brevo", signing.document(json.dumps(document)))
    assert (event["type"], event["status"], event["occurred_at"]) == (event_type, status, "2026-01-05T11:00:00.018000Z")


def _received(**said: object) -> dict[str, Any]:
    return {"notificationType": "Received", "mail": {"messageId": "ses1", "source": "claire@example.org"}, **said}


def test_ses_hands_over_the_bytes(event_of: Parse):
    import base64

    plain = _received(content=RAW_MAIL, receipt={"action": {"encoding": "UTF8"}, "spamVerdict": {"status": "PASS"}})
    encoded = _received(
        content=base64.b64encode(RAW_MAIL.encode()).decode(), receipt={"action": {"encoding": "BASE64"}}
    )
    for message in (plain, encoded):
        event = event_of("email.ses", notification(message))
        _expected(event)
        assert (event["event_key"], event["account"]) == ("ses1", TOPIC)


def test_a_large_mail_stays_with_amazon_until_it_is_fetched(event_of: Parse):
    mail = {
        "messageId": "ses1",
        "headers": [{"name": "From", "value": "claire@example.org"}, {"name": "Subject", "value": "Plans"}],
    }
    receipt = {"action": {"type": "S3", "bucketName": "seau", "objectKey": "cle"}}
    event = event_of("email.ses", notification({"notificationType": "Received", "mail": mail, "receipt": receipt}))
    assert (event["subject"], event["attachments"][0]["content_type"]) == ("Plans", "message/rfc822")
    assert event["warnings"]


def test_a_bounce_is_told_for_each_person(parse: Parse):
    people = [{"emailAddress": "a@example.org", "diagnosticCode": "550"}, {"emailAddress": "b@example.org"}]
    message = {
        "notificationType": "Bounce",
        "bounce": {"bounceType": "Permanent", "bouncedRecipients": people},
        "mail": {"messageId": "o9"},
    }
    events = parse("email.ses", notification(message))["events"]
    assert [(event["status"], event["reports_on"], event["recipients"][0]["address"]) for event in events] == [
        ("bounced", "o9", "a@example.org"),
        ("bounced", "o9", "b@example.org"),
    ]
    assert len({event["event_key"] for event in events}) == 2


@pytest.mark.parametrize(
    "url",
    ["https://sns.eu-west-3.amazonaws.com.example.org/a.pem", "http://sns.eu-west-3.amazonaws.com/a.pem", "https://sns.eu-west-3.amazonaws.com/a.txt",
     "https://user@sns.eu-west-3.amazonaws.com/a.pem"],
)  # fmt: skip
def test_a_certificate_from_elsewhere_is_refused(url: str, parse: Parse):
    assert parse("email.ses", notification({}, url=url))["verified"] is False


def test_headers_that_contradict_the_body_are_refused(parse: Parse):
    sample = notification({})
    sample["headers"]["x-amz-sns-message-id"] = "another"
    assert parse("email.ses", sample)["verified"] is False


def test_only_our_topics_are_heard(registry: Registry):
    sample = notification({})
    import base64

    delivery = Delivery(body=base64.b64decode(sample["body"]), headers=list(sample["headers"].items()))
    adapter = registry.get("email.ses")
    for topics, verified in [((TOPIC,), True), (("arn:aws:sns:eu-west-3:1:other",), False)]:
        config = SesConfig(certificates=(sample["secret"],), topic_arns=topics)
        assert adapter.verify(delivery, config, now=signing.NOON).verified is verified  # type: ignore[attr-defined]


def test_a_subscription_is_confirmed_by_an_administrator(event_of: Parse):
    body = {
        "Type": "SubscriptionConfirmation",
        "MessageId": "s1",
        "TopicArn": TOPIC,
        "SubscribeURL": "https://sns.eu-west-3.amazonaws.com/?Action=Confirm",
    }
    event = event_of("email.ses", signing.document(json.dumps(body)))
    assert (event["type"], event["fields"]["subscribe_url"]) == ("channel_problem", body["SubscribeURL"])
    elsewhere = {**body, "SubscribeURL": "https://example.org/"}
    assert event_of("email.ses", signing.document(json.dumps(elsewhere)))["fields"] == {}
